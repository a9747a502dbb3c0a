import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { api } from "../../functions/api.ts";
import { codes, operation, resolve } from "./openapi-operations.ts";

describe("what is answered", () => {
  test("a versioned or kept answer carries an ETag, a 201 or 202 the Location of what was made", () => {
    for (const { name, answer } of api) {
      const { headers } = operation(name).responses[answer.status] ?? { headers: {} };
      expect("ETag" in headers, `ETag of ${name}`).toBe(answer.versioned || answer.cached !== undefined);
      expect("Location" in headers, `Location of ${name}`).toBe([201, 202].includes(answer.status));
    }
  });

  test("an instant is a date-time in text, as it goes over the wire", () => {
    expect(resolve("#/components/schemas/Appointment/properties/start")).toMatchObject({
      type: "string",
      format: "date-time",
    });
  });

  test("booking names each refusal that can meet it", () => {
    expect(codes("appointments.book")).toEqual({
      400: ["invalid-request", "idempotency-key-required", "clinic-required"],
      401: ["unauthenticated"],
      403: ["role-not-allowed", "not-a-member", "staff-only"],
      404: ["not-found"],
      409: ["slot-taken"],
      410: ["patient-merged", "hold-expired"],
      413: ["too-large"],
      415: ["unsupported-media-type"],
      422: ["idempotency-key-reused", ...(api.find(({ name }) => name === "appointments.book")?.refusals?.[422] ?? [])],
      429: ["too-many-requests"],
      500: ["unexpected"],
      503: ["busy", "keys-unavailable"],
    });
  });

  test("a refusal that cannot occur is not named", () => {
    expect(Object.keys(codes("system.openapi"))).toEqual(["400", "429", "500"]);
    expect(Object.keys(codes("members.me"))).toEqual(["400", "401", "429", "500", "503"]);
    expect(codes("patients.read")).not.toHaveProperty("428");
    expect(codes("patients.update")).toMatchObject({ 412: ["stale-version"], 428: ["if-match-required"] });
    expect(codes("patients.search")["400"]).toContain("bad-cursor");
    expect(codes("patients.read")["400"]).not.toContain("bad-cursor");
  });

  test("every refusal that the handlers' code makes is named", async () => {
    const made = new Set<string>();
    for (const path of await readdir("functions", { recursive: true })) {
      const text = path.endsWith(".ts") ? await readFile(`functions/${path}`, "utf8") : "";
      const calls = text.matchAll(/\b(?:refuse|Refusal)\(\s*"[a-z-]+",\s*"([a-z-]+)"|\bbusy\("([a-z-]+)"\)/g);
      for (const [, refused, busy] of calls) made.add(refused ?? busy ?? "");
    }
    const named = new Set(api.flatMap(({ name }) => Object.values(codes(name)).flat()));
    expect(made).toContain("slot-taken");
    expect([...made].filter((code) => !named.has(code))).toEqual([]);
  });

  test("every refusal that a route declares is named", () => {
    for (const { name, refusals = {} } of api) {
      const named = codes(name);
      for (const [status, own] of Object.entries(refusals))
        expect(named[status], name).toEqual(expect.arrayContaining([...own]));
    }
  });
});
