import * as z from "zod/mini";
import type { Concept } from "./fhir-types.ts";

/** What is sent for a resource. */
export interface Mapped {
  path: string;
  body: Record<string, unknown>;
  /** What of the resource could not be brought along, in words without its values. */
  notes: string[];
  /** The keys by which other resources refer to this one. */
  keys?: string[];
  /** Whether what is there already under the same number is the same person. */
  isSame?: (existing: unknown) => boolean;
  /** The resources that are brought along within this one. */
  within?: readonly Held[];
}

/** A resource that becomes part of another one. */
export interface Held {
  kind: string;
  name: string;
}

/** Thrown where a resource has no counterpart in the API. The reason is a code and holds no value of the resource. */
export class Unmappable extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = "Unmappable";
    this.reason = reason;
  }
}

/** A resource by the schema of what the import reads of it. */
export function read<Schema extends z.core.$ZodType>(schema: Schema, resource: unknown): z.output<Schema> {
  const result = z.safeParse(schema, resource);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.filter((step) => typeof step === "string") ?? [];
  throw new Unmappable(`malformed ${path.join(".")}`);
}

export function needed<Value>(value: Value | undefined, reason: string): Value {
  if (value === undefined) throw new Unmappable(reason);
  return value;
}

/** The first coding that names its system and code, described by its display, else the concept's text. */
export function codingOf(concept: Concept | undefined) {
  const coding = concept?.coding?.find(({ system, code }) => system && code);
  return coding && { system: coding.system, code: coding.code, display: coding.display ?? concept?.text };
}

/** The first few codings of concepts, each once; says in `notes` that others have none. */
export function codingsOf(concepts: readonly Concept[], most: number, field: string, notes: string[]) {
  const codings = concepts.flatMap((concept) => codingOf(concept) ?? []);
  if (codings.length < concepts.length) notes.push(`${field}: without a code`);
  return firstOf(codings, most, field, notes);
}

/** The first few of a list, each once; says in `notes` that there are more. */
export function firstOf<Item>(items: readonly Item[], most: number, field: string, notes: string[]): Item[] {
  const distinct = [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
  if (distinct.length > most) notes.push(`${field}: more than ${most}`);
  return distinct.slice(0, most);
}

export function codeOf(concept: Concept | undefined): string | undefined {
  return concept?.coding?.find(({ code }) => code)?.code;
}

/** A concept in words. */
export function wordsOf(concept: Concept | undefined): string | undefined {
  return concept?.text || concept?.coding?.find(({ display }) => display)?.display;
}

/** A FHIR status as part of a reason: its codes are short lower-case words; anything else is not repeated. */
export function statusWord(status: string | undefined): string {
  return status && /^[a-z-]{1,30}$/.test(status) ? status : "unknown";
}

/**
 * The instant of a FHIR dateTime, which may be no more than a day, month or year: noon in UTC of its first day then,
 * which is that same day in every zone from UTC-12 to UTC+11. Says so in `notes`.
 */
export function instantOf(dateTime: string | undefined, field: string, notes: string[]): string | undefined {
  if (dateTime === undefined || dateTime.includes("T")) return dateTime;
  notes.push(`${field}: a date without a time became noon in UTC`);
  return `${dateTime}${"-01-01".slice(dateTime.length - 4)}T12:00:00Z`;
}
