import { Temporal } from "temporal-polyfill";
import type { Instant } from "../kernel/instant.ts";

/* How values are written for people to read: as HTML, everything escaped. */

/** What makes values readable: the zone in which times are told, and the names of what is known by its id. */
export interface Reading {
  zone: string;
  names: ReadonlyMap<string, string>;
  /** Files of the archive, by their documents' ids. */
  files: ReadonlyMap<string, string>;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? "");
}

/** An instant on the wall clock of a zone, with its offset from UTC: `2026-12-01 09:00 -05:00`. */
export function timeIn(zone: string, instant: Instant): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(zone);
  const seconds = local.second === 0 && local.millisecond === 0 ? "minute" : "second";
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: seconds })} ${local.offset}`;
}

const isInstant = (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text);

/** `clinicalStatus` → `Clinical status`. */
function wordsOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

interface Coded {
  system: string;
  code: string;
  display?: string;
}

interface Amount {
  value: number;
  comparator?: string;
  unit: string;
  code?: string;
}

const isCoded = (value: object): value is Coded => "system" in value && "code" in value;
const isAmount = (value: object): value is Amount => "value" in value && "unit" in value;

/** Any value as HTML: times in the zone, ids by their names, codes and amounts in words, lists and parts as such. */
function htmlOf(value: unknown, reading: Reading): string {
  if (typeof value === "string") return htmlOfText(value, reading);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return listOf(value.map((each) => htmlOf(each, reading)));
  if (typeof value !== "object" || value === null) return escaped(String(value));
  if (isCoded(value)) return htmlOfCoded(value);
  if (isAmount(value)) return htmlOfAmount(value);
  return termsOf(value, reading);
}

function htmlOfText(text: string, { zone, names, files }: Reading): string {
  if (isInstant(text)) return escaped(timeIn(zone, text));
  const file = files.get(text);
  const words = escaped(names.get(text) ?? text);
  return file ? `<a href="${escaped(file)}">${words}</a>` : words;
}

function htmlOfCoded({ system, code, display }: Coded): string {
  return `${display ? `${escaped(display)} ` : ""}<small>${escaped(`${system} ${code}`)}</small>`;
}

function htmlOfAmount({ value, comparator = "", unit, code }: Amount): string {
  const ucum = code && code !== unit ? ` <small>${escaped(code)}</small>` : "";
  return `${escaped(`${comparator}${value} ${unit}`)}${ucum}`;
}

function listOf(items: readonly string[]): string {
  const [only] = items;
  return items.length === 1 && only !== undefined
    ? only
    : `<ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;
}

/** The parts of a thing, each under its name; what is absent is left out. */
export function termsOf(thing: object, reading: Reading): string {
  const terms = Object.entries(thing)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<dt>${escaped(wordsOf(name))}</dt><dd>${htmlOf(value, reading)}</dd>`);
  return `<dl>${terms.join("")}</dl>`;
}
