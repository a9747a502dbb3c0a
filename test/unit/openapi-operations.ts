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

export const document = openapi();
export const operations = Object.values(document.paths).flatMap((path) =>
  Object.values(path),
) as unknown as Operation[];

/** The operation of a route, by the route's name. */
export function operation(name: string): Operation {
  const found = operations.find(({ operationId }) => operationId === name);
  if (!found) throw new Error(`no operation ${name}`);
  return found;
}

/** The parameters of an operation, those of `components.parameters` looked up. */
export function parameters(name: string): Parameter[] {
  const { parameters: shared } = document.components;
  return operation(name).parameters.map((one) =>
    one.$ref ? (shared[one.$ref.replace("#/components/parameters/", "")] as unknown as Parameter) : one,
  );
}

/** The codes that an operation says it may refuse with, by status. */
export function codes(name: string): Record<string, string[]> {
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
export function references(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "$ref" ? [String(inner)] : references(inner)));
}

/** What a reference points at; undefined where there is nothing. */
export function resolve(reference: string): unknown {
  return reference
    .slice(2)
    .split("/")
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], document);
}
