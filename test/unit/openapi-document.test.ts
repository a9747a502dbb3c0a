import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { api } from "../../functions/api.ts";
import { openapi } from "../../lib/openapi.ts";

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
}

interface Operation {
  operationId: string;
  tags: string[];
  description: string;
  security?: object[];
  parameters: (Parameter & { $ref?: string })[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, Response & { $ref?: string }>;
}

interface Response {
  headers: Record<string, unknown>;
  content?: Record<string, { schema: { allOf: [object, { properties: { code: { enum: string[] } } }] } }>;
}

const document = openapi();
const operations = Object.values(document.paths).flatMap((path) => Object.values(path)) as unknown as Operation[];

function operation(name: string): Operation {
  const found = operations.find(({ operationId }) => operationId === name);
  if (!found) throw new Error(`no operation ${name}`);
  return found;
}

/** The parameters of an operation, those of `components.parameters` looked up. */
function parameters(name: string): Parameter[] {
  const { parameters: shared } = document.components;
  return operation(name).parameters.map((one) =>
    one.$ref ? (shared[one.$ref.replace("#/components/parameters/", "")] as unknown as Parameter) : one,
  );
}

/** The codes that an operation says it may refuse with, by status. */
function codes(name: string): Record<string, string[]> {
  const { responses: shared } = document.components;
  const refusals = Object.entries(operation(name).responses).filter(([status]) => Number(status) >= 400);
  return Object.fromEntries(
    refusals.map(([status, one]) => {
      const seen = one.$ref ? (shared[one.$ref.replace("#/components/responses/", "")] as unknown as Response) : one;
      return [status, seen.content?.["application/problem+json"]?.schema.allOf[1].properties.code.enum ?? []];
    }),
  );
}

/** All the places that a document refers to. */
function references(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "$ref" ? [String(inner)] : references(inner)));
}

function resolve(reference: string): unknown {
  return reference
    .slice(2)
    .split("/")
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], document);
}

describe("the whole of it", () => {
  test("has every route under its path, method and name, and nothing else", () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, { operationId }]) => `${method.toUpperCase()} ${path} ${String(operationId)}`,
      ),
    );
    expect(described.toSorted()).toEqual(api.map(({ method, path, name }) => `${method} ${path} ${name}`).toSorted());
  });

  test("refers to nothing that is not there", () => {
    expect(references(document).filter((reference) => resolve(reference) === undefined)).toEqual([]);
  });

  test("has no component that no route leads to", () => {
    const reached = new Set(references(document.paths));
    for (const reference of reached) for (const further of references(resolve(reference))) reached.add(further);
    const { securitySchemes: _, ...components } = document.components;
    const all = Object.entries(components).flatMap(([kind, ones]) =>
      Object.keys(ones).map((name) => `#/components/${kind}/${name}`),
    );
    expect(all.filter((reference) => !reached.has(reference))).toEqual([]);
  });

  test("is the same each time it is made", () => {
    expect(JSON.stringify(openapi())).toBe(JSON.stringify(document));
  });

  test("names each tag that an operation bears", () => {
    const named = document.tags.map(({ name }) => name);
    expect(operations.flatMap(({ tags }) => tags).filter((tag) => !named.includes(tag))).toEqual([]);
  });
});

describe("who may call", () => {
  test("only public routes do without a token", () => {
    const open = operations.filter(({ security }) => security !== undefined).map(({ operationId }) => operationId);
    expect(open).toEqual(api.filter(({ allow }) => allow === "public").map(({ name }) => name));
    expect(document.security).toEqual([{ token: [] }]);
  });

  test("an operation says for whom it is, and what the audit trail calls it", () => {
    expect(operation("records.list").description).toBe("For: practitioner, patient. Audited as `record.list`.");
    expect(operation("system.health").description).toBe("For anyone.");
  });
});

describe("what is asked", () => {
  test("every POST needs an Idempotency-Key, and nothing else takes one", () => {
    const taking = api.filter(({ name }) =>
      parameters(name).some((one) => one.name === "Idempotency-Key" && one.required),
    );
    expect(taking.map(({ name }) => name)).toEqual(
      api.filter(({ method }) => method === "POST").map(({ name }) => name),
    );
  });

  test("If-Match is required, optional or absent as the route declares", () => {
    const required = (name: string) => parameters(name).find((one) => one.name === "If-Match")?.required;
    expect(required("patients.update")).toBe(true);
    expect(parameters("appointments.cancel").map(({ name }) => name)).toContain("If-Match");
    expect(required("appointments.cancel")).toBeUndefined();
    expect(parameters("appointments.book").map(({ name }) => name)).not.toContain("If-Match");
  });

  test("every name in a path is a required parameter, and no other is in the path", () => {
    for (const { name, path } of api) {
      const inPath = parameters(name).filter((one) => one.in === "path");
      expect(inPath.map((one) => `{${one.name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  });

  test("a page's limit is a number, though it comes as text", () => {
    expect(parameters("patients.search").find(({ name }) => name === "limit")).toMatchObject({
      in: "query",
      required: false,
      schema: { type: "integer", minimum: 1, maximum: 100 },
    });
  });

  test("a PATCH takes a merge patch, also as plain JSON", () => {
    const { content } = operation("patients.update").requestBody ?? { content: {} };
    expect(Object.keys(content)).toEqual(["application/merge-patch+json", "application/json"]);
    expect(content["application/json"]?.schema).toEqual({ $ref: "#/components/schemas/PatientPatch" });
  });
});

describe("what is answered", () => {
  test("a versioned answer carries an ETag, a 201 the Location of what was made", () => {
    for (const { name, answer } of api) {
      const { headers } = operation(name).responses[answer.status] ?? { headers: {} };
      expect("ETag" in headers, `ETag of ${name}`).toBe(answer.versioned ?? false);
      expect("Location" in headers, `Location of ${name}`).toBe(answer.status === 201);
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
      403: ["role-not-allowed", "not-a-member"],
      404: ["not-found"],
      409: ["slot-taken"],
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
