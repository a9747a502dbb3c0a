import * as z from "zod/mini";
import type { NamedRoute } from "../functions/api.ts";
import { patched } from "../functions/kernel/merge-patch.ts";

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The parts of a route that have a schema. */
export interface RouteSchemas {
  params?: JsonSchema;
  query?: JsonSchema;
  body?: JsonSchema;
  answer?: JsonSchema;
}

export interface ApiSchemas {
  /** By route name. */
  routes: Record<string, RouteSchemas>;
  /** What is registered under an id and reached from a route. */
  components: Record<string, JsonSchema>;
}

interface Converted {
  properties?: Record<string, JsonSchema>;
  $defs?: Record<string, JsonSchema>;
}

/** The JSON Schemas (2020-12) of all that routes take and answer; a registered schema is referred to by its id. */
export function schemasOf(routes: readonly NamedRoute[]): ApiSchemas {
  const parts = routes.flatMap((route) => partsOf(route).map(([part, schema]) => ({ route, part, schema })));
  // One conversion for all, so that a schema shared by routes becomes one component.
  const all = z.object(Object.fromEntries(parts.map(({ schema }, place) => [place, schema])));
  const { properties = {}, $defs = {} } = asComponents(z.toJSONSchema(all, { io: "input", override: completed }));

  const found: ApiSchemas = { routes: Object.fromEntries(routes.map(({ name }) => [name, {}])), components: $defs };
  for (const [place, { route, part, schema }] of parts.entries()) {
    const seen = properties[place] as JsonSchema;
    const isPatch = part === "body" && route.body !== schema;
    (found.routes[route.name] as RouteSchemas)[part] = isPatch ? patchComponent(seen, found.components) : seen;
  }
  return found;
}

function partsOf({ params, query, body, answer }: NamedRoute): [keyof RouteSchemas, z.core.$ZodType][] {
  const resource = body && (patched.get(body) ?? body);
  const parts = { params, query, body: resource, answer: answer.schema };
  return Object.entries(parts).filter((part): part is [keyof RouteSchemas, z.core.$ZodType] => part[1] !== undefined);
}

function asComponents(schema: JsonSchema): Converted {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Converted;
}

/** Adds what holds for every field and so stands in no schema: text is free of NUL, and an integer has a width. */
function completed({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.type === "integer") {
    delete jsonSchema.pattern;
    jsonSchema.format = (jsonSchema.maximum ?? 0) < 2 ** 31 ? "int32" : "int64";
  }
  const { type, format, pattern, enum: values, const: value } = jsonSchema;
  if (type === "string" && !format && !pattern && !values && value === undefined) jsonSchema.pattern = "^[^\\u0000]*$";
}

/** The component that describes a merge patch to a resource: `PatientPatch` for `PatientFields`. */
function patchComponent(resource: JsonSchema, components: ApiSchemas["components"]): JsonSchema {
  const name = `${nameIn(resource).replace(/Fields$/, "")}Patch`;
  components[name] = patchSchema(resource, components);
  return { $ref: `#/components/schemas/${name}` };
}

/** RFC 7396: no field of an object has to be given, and null removes one that may be absent; other values replace. */
function patchSchema(schema: JsonSchema, components: ApiSchemas["components"]): JsonSchema {
  const { required = [], ...whole } = resolved(schema, components);
  if (whole.type !== "object") return schema;
  const fields = Object.entries(whole.properties ?? {}).map(([name, field]) => {
    const patch = patchSchema(field as JsonSchema, components);
    return [name, required.includes(name) ? patch : { anyOf: [patch, { type: "null" }] }];
  });
  return { ...whole, properties: Object.fromEntries(fields) };
}

/** A schema itself, where it may be a reference to a component. */
export function resolved(schema: JsonSchema, components: ApiSchemas["components"]): JsonSchema {
  return schema.$ref ? (components[nameIn(schema)] as JsonSchema) : schema;
}

function nameIn({ $ref = "" }: JsonSchema): string {
  return $ref.slice($ref.lastIndexOf("/") + 1);
}
