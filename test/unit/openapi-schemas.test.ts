import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { api } from "../../functions/api.ts";
import { openapi } from "../../lib/openapi.ts";

const { components } = openapi();
const ajv = new Ajv2020({ allErrors: true, strictSchema: false });
formats.default(ajv);
ajv.addSchema({ $id: "praxis:", components });

/** What a value does to offend the component; nothing where it fits. */
function offences(component: string, value: unknown) {
  const check = ajv.compile({ $ref: `praxis:#/components/schemas/${component}` } satisfies AnySchema);
  return check(value) ? [] : check.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function example(component: string): Record<string, unknown> {
  return structuredClone(components.schemas[component]?.["examples"] as [Record<string, unknown>])[0];
}

const withExample = Object.keys(components.schemas).filter((name) => components.schemas[name]?.["examples"]);

describe("the examples", () => {
  test.each(withExample)("of %s fits its schema", (name) => {
    expect(offences(name, example(name))).toEqual([]);
  });

  test.each(withExample.filter((name) => name.endsWith("Fields")))("of %s is taken by the contract itself", (name) => {
    const schema = api.map(({ body }) => body).find((body) => body && z.globalRegistry.get(body)?.id === name);
    expect(schema && z.safeParse(schema, example(name))).toMatchObject({ success: true });
  });

  test("every resource that is answered has one", () => {
    const answered = api.flatMap(({ answer }) => z.globalRegistry.get(answer.schema ?? z.undefined())?.id ?? []);
    expect(answered.filter((name) => !withExample.includes(name))).toEqual([]);
  });
});

describe("a merge patch's schema", () => {
  test("asks for no field, not even within an object", () => {
    expect(offences("PatientPatch", {})).toEqual([]);
    expect(offences("PatientPatch", { name: { family: "Okafor-Lind" }, address: { city: "Troy" } })).toEqual([]);
    expect(offences("PractitionerPatch", { identifier: { value: "1987654321" } })).toEqual([]);
  });

  test("lets null remove a field that may be absent, and no other", () => {
    expect(offences("PatientPatch", { birthDate: null, address: { city: null } })).toEqual([]);
    expect(offences("PatientPatch", { name: null })).not.toEqual([]);
  });

  test("still holds each value to its type, and knows no other field", () => {
    expect(offences("PatientPatch", { birthDate: "yesterday" })).not.toEqual([]);
    expect(offences("PatientPatch", { emails: ["a@example.org", null] })).not.toEqual([]);
    expect(offences("PatientPatch", { nickname: "Ama" })).not.toEqual([]);
  });
});

describe("what the schemas refuse", () => {
  test("is what the contract refuses: unknown fields, NUL, local times, ids of another kind", () => {
    expect(offences("BookingFields", { ...example("BookingFields"), colour: "red" })).not.toEqual([]);
    expect(offences("BookingFields", { ...example("BookingFields"), reason: "sore\0throat" })).not.toEqual([]);
    expect(offences("BookingFields", { ...example("BookingFields"), start: "2026-12-01T09:00:00" })).not.toEqual([]);
    expect(offences("BookingFields", { ...example("BookingFields"), patient: example("Service")["id"] })).not.toEqual(
      [],
    );
  });

  test("is not text beyond ASCII", () => {
    expect(offences("PatientFields", { ...example("PatientFields"), name: { text: "陳大文 O'Brien 🩺" } })).toEqual([]);
  });
});
