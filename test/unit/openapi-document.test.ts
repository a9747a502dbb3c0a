import { describe, expect, test } from "vitest";
import { api } from "../../functions/api.ts";
import { openapi } from "../../lib/openapi.ts";
import { document, operation, operations, parameters, references, resolve } from "./openapi-operations.ts";

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
    expect(operation("appointments.history").description).toBe(
      "For: admin, front-desk, practitioner. Audited as `appointment.history`.",
    );
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
