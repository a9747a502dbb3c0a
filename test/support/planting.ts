import { readFileSync } from "node:fs";
import { api } from "../../functions/api.ts";
import { routerOf } from "../../lib/local/router.ts";
import { type Asked, mustCall } from "./client.ts";

/*
 * Puts a word of its own into every field of a request that takes free text, and keeps account of which fields have had
 * one: the contract says which there are.
 */

/** A JSON schema, as far as the published contract uses it. */
interface Shape {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  properties?: Record<string, Shape>;
  items?: Shape;
  anyOf?: Shape[];
  oneOf?: Shape[];
  allOf?: Shape[];
}

interface Contract {
  paths: Record<
    string,
    Record<string, { operationId: string; requestBody?: { content: Record<string, { schema: Shape }> } }>
  >;
}

const contract = JSON.parse(readFileSync("docs/openapi.json", "utf8")) as Contract;

/** The fields of a route's body that take any text, such as `name.given[]`. */
function textsOf(shape: Shape, path = ""): string[] {
  const { $ref, anyOf = [], oneOf = [], allOf = [], properties = {}, items, ...own } = shape;
  if ($ref) return textsOf(at($ref), path);
  const isText = [own.type].flat().includes("string") && !own.enum && own.const === undefined && !own.format;
  return [
    ...[...anyOf, ...oneOf, ...allOf].flatMap((each) => textsOf(each, path)),
    ...Object.entries(properties).flatMap(([name, each]) => textsOf(each, path ? `${path}.${name}` : name)),
    ...(items ? textsOf(items, `${path}[]`) : []),
    // What has a form (an id, a zone, a clock's time) has a pattern that says it; of any text, one that says what is not in it.
    ...(isText && (own.pattern ?? "^[^").startsWith("^[^") ? [path] : []),
  ];
}

function at(reference: string): Shape {
  const names = reference.split("/").slice(1);
  return names.reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], contract) as Shape;
}

/** Every field of every request that takes free text, as `patients.register name.family`. */
export const texts: ReadonlySet<string> = new Set(
  Object.values(contract.paths).flatMap((operations) =>
    Object.values(operations).flatMap(({ operationId, requestBody }) =>
      Object.values(requestBody?.content ?? {}).flatMap(({ schema }) =>
        textsOf(schema).map((path) => `${operationId} ${path}`),
      ),
    ),
  ),
);

const placeOf = routerOf(api);

/**
 * Fields that are no person's: how a clinic calls its services, places and things, the version of a form's text, a rule of
 * recurrence, what the storage called a part of an upload.
 */
export const plain = /^(services|locations|resources)\.| wording$| rule$| etags\[\]$/;
/** Fields whose text must have a form: what is given for them is a word already. */
const asGiven = / phones?(\[\])?$|quantity\.code$/;

/** Words by the fields they were put into. */
export class Planting {
  readonly words = new Map<string, string>();

  /** Sends a request whose texts are each made a word that occurs nowhere else, before what the text was. */
  async send(method: string, path: string, { body, ...asked }: Asked & { body: object }) {
    const name = placeOf(method, path)?.route?.name ?? path;
    return mustCall(method, path, { ...asked, body: this.#planted(name, body, "") });
  }

  #planted(route: string, value: unknown, path: string): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#planted(route, each, `${path}[]`));
    if (typeof value === "object" && value) {
      const entries = Object.entries(value);
      return Object.fromEntries(
        entries.map(([name, each]) => [name, this.#planted(route, each, path ? `${path}.${name}` : name)]),
      );
    }
    const field = `${route} ${path}`;
    if (typeof value !== "string" || !texts.has(field) || plain.test(field)) return value;
    const word = asGiven.test(field) ? value : (this.words.get(field) ?? `zyx${this.words.size}qwv`);
    this.words.set(field, word.toLowerCase());
    return asGiven.test(field) ? value : `${word}${value}`;
  }
}
