import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newClinic, newUser } from "../support/members.ts";
import { dump, type Item, putBack, takeOut } from "../support/tables.ts";
import { sealed } from "../support/workers.ts";

interface Entry {
  id: string;
  at: string;
  action: string;
  patient?: string;
  user: string;
  outcome: string;
}

/** A clinic of one's own, so that no other test's entries come between. */
let clinic: string;
let desk: string;
let privacy: string;
let patients: string[];

const register = async (as: string) =>
  (await mustCall("POST", "/v1/patients", { as, body: { name: { text: "Searched" } } })).id as string;
const search = async (query = "", as = privacy): Promise<Entry[]> =>
  (await mustCall("GET", `/v1/audit?limit=100${query}`, { as })).items;
const actions = (entries: Entry[]) => entries.map(({ action }) => action);

beforeAll(async () => {
  ({ clinic, desk } = await newClinic());
  privacy = (await newUser({ clinic, role: "privacy-officer" })).email;
  patients = [await register(desk), await register(desk)];
  await mustCall("GET", `/v1/patients/${patients[0]}`, { as: desk });
  await mustCall("PATCH", `/v1/patients/${patients[1]}`, {
    as: desk,
    headers: { "if-match": '"1"' },
    body: { active: false },
  });
  await sealed();
});

describe("the search of the audit trail", () => {
  it("finds the clinic's entries, latest first, once they are linked", async () => {
    expect(actions(await search()).slice(-4)).toEqual([
      "patient.update",
      "patient.read",
      "patient.register",
      "patient.register",
    ]);
  });

  it("finds by patient at once, by action, by user and by time", async () => {
    const all = await search();
    const [first] = all.toReversed();
    expect(actions(await search(`&patient=${patients[0]}&to=${all[0]?.at}`))).toEqual([
      "patient.read",
      "patient.register",
    ]);
    expect((await search("&action=patient.register")).map(({ patient }) => patient)).toEqual(patients.toReversed());
    expect(await search("&user=nobody")).toEqual([]);
    expect(actions(await search(`&user=${first?.user}`))).toHaveLength(4);
    expect(await search(`&to=${first?.at}`)).toEqual([]);
    const since = await search(`&from=${first?.at}&user=${first?.user}`);
    expect(since).toHaveLength(4);
  });

  it("goes on from page to page without a gap or a repetition", async () => {
    const to = new Date().toISOString();
    const whole = (await search(`&to=${to}`)).map(({ id }) => id);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const path = `/v1/audit?limit=2&to=${to}${cursor ? `&cursor=${cursor}` : ""}`;
      const { items, next } = await mustCall("GET", path, { as: privacy });
      seen.push(...items.map(({ id }: Entry) => id));
      cursor = next;
    } while (cursor);
    expect(seen).toEqual(whole);
  });

  it("is audited itself, is the privacy officer's alone, and knows no other clinic's patients", async () => {
    await search(`&patient=${patients[0]}`);
    expect(actions(await search(`&patient=${patients[0]}`))).toContain("audit.search");
    expect((await call("GET", "/v1/audit", { as: desk })).status).toBe(403);
    const elsewhere = await call("GET", `/v1/audit?patient=${patients[0]}`, { as: "privacy@demo.clinic" });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, "not-found"]);
  });
});

describe("an export", () => {
  const fetchAs = async (kind: string, query: string) => {
    const { body, headers } = await call<string>("GET", `/v1/audit/${kind}?${query}`, { as: privacy });
    return { text: String(body), type: headers.get("content-type") };
  };
  const until = () => `from=2020-01-01T00:00:00Z&to=${new Date().toISOString()}`;

  it("is a CSV with a line of names, oldest first", async () => {
    const { text, type } = await fetchAs("csv", `${until()}&action=patient.register`);
    const [names, ...rows] = text.trimEnd().split("\r\n");
    expect(type).toBe("text/csv; charset=utf-8");
    expect(names).toBe(
      "at,action,outcome,code,patient,target,user,role,person,breakGlass,overrode,replayed,namesake,from,requestId,id",
    );
    expect(rows.map((row) => row.split(",")[4])).toEqual(patients);
  });

  it("is NDJSON, an entry a line, and the same entries as a search finds", async () => {
    const { text, type } = await fetchAs("ndjson", `${until()}&patient=${patients[1]}`);
    expect(type).toBe("application/x-ndjson; charset=utf-8");
    const entries = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Entry);
    expect(actions(entries)).toEqual(["patient.register", "patient.update"]);
    expect((await search(`&patient=${patients[1]}`)).map(({ id }) => id)).toContain(entries[0]?.id);
  });
});

describe("the accounting of disclosures", () => {
  const disclosuresOf = async (patient: string, as: string) =>
    (await mustCall("GET", `/v1/patients/${patient}/disclosures`, { as })).items as object[];

  it("tells of proxies and of calendar feeds, not of the clinic's own work nor of the patient's own reading", async () => {
    const patient = await register(desk);
    const admin = (await newUser({ clinic, role: "admin" })).email;
    const own = (await newUser({ clinic, role: "patient", person: patient })).email;
    const other = await register(desk);
    const proxy = await newUser({ clinic, role: "patient", person: other });
    await mustCall("PUT", `/v1/patients/${patient}/proxies/${other}`, {
      as: admin,
      body: { relationship: "parent", consent: { by: "patient", at: "2026-01-01T00:00:00Z" } },
    });
    for (const as of [own, proxy.email, desk]) await mustCall("GET", `/v1/patients/${patient}`, { as });
    expect((await call("GET", `/v1/patients/${other}`, { as: own })).status).toBe(404);
    const { url } = await mustCall("POST", "/v1/calendar-feeds", { as: own, body: { patient } });
    await fetch(url as string);
    const told = await disclosuresOf(patient, privacy);
    expect(told).toMatchObject([
      { recipient: "calendar-feed", what: "calendar-feed.read" },
      { recipient: "proxy", what: "patient.read", user: proxy.sub, person: other },
    ]);
    expect(await disclosuresOf(patient, own)).toEqual(told);
    expect((await call("GET", `/v1/patients/${patient}/disclosures`, { as: proxy.email })).status).toBe(404);
    expect(await disclosuresOf(other, privacy)).toEqual([]);
  });
});

describe("npm run audit:verify", () => {
  const verify = async (...more: string[]) => {
    const env = {
      ...process.env,
      ...inject("backend").env,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    };
    const args = ["bin/audit-verify.ts", "--clinic", clinic, ...more];
    return promisify(execFile)(process.execPath, args, { env }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
    );
  };

  it("finds the trail of real requests whole, and names the entry that is deleted from the raw table", async () => {
    await sealed();
    expect(await verify()).toMatchObject({ code: 0, stdout: expect.stringContaining(`${clinic}: whole.`) });
    const all = await dump("AUDIT_TABLE", { family: "AUDIT", clinic });
    const entry = all.find(({ pk }) => pk === `AUDIT#${clinic}#${patients[0]}`) as Item;
    const { pk, sk } = entry;
    await takeOut("AUDIT_TABLE", entry);
    const { code, stdout } = await verify();
    expect([code, stdout]).toEqual([1, expect.stringContaining(`first missing: number 1 ${pk} ${sk}`)]);
    const [verdict] = JSON.parse((await verify("--json")).stdout) as { findings: object[] }[];
    expect(verdict?.findings).toMatchObject([{ wrong: "missing", seq: 1, entry: { pk, sk } }]);
    await putBack("AUDIT_TABLE", entry);
    await sealed();
    expect(await verify()).toMatchObject({ code: 0 });
    const events = await dump("CLINIC_TABLE", { family: "EVENT", clinic });
    const told = events.filter(({ type }) => type === "audit.tampered");
    expect(told).toMatchObject([{ how: "removed", entry: sk, patient: patients[0] }]);
  });
});
