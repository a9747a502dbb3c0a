import * as z from "zod/mini";
import { toInstant } from "./instant.ts";

/*
 * The vocabulary that contracts are written in. Each word says in `error` what was expected, in the words a caller
 * reads in a problem's `errors`; a parsed value is in its canonical form. `zod/mini`, for its cold start.
 */

/**
 * A schema that takes more than one call to make. A bundle leaves out what its route does not use, but only where it can
 * tell that making it does nothing else; hence this, and the marks on the words below.
 */
// @__NO_SIDE_EFFECTS__
export function schema<Schema>(make: () => Schema): Schema {
  return make();
}

/** A text of `min` to `max` UTF-16 units. NUL and unpaired surrogates are refused for every string of a request. */
// @__NO_SIDE_EFFECTS__
export function text(max: number, min = 1) {
  const error = `text of ${min} to ${max} characters`;
  return z.string({ error }).check(z.minLength(min, { error }), z.maxLength(max, { error }));
}

/** Text of at most `max` UTF-16 units that must match a pattern; `error` says in words what the pattern wants. */
// @__NO_SIDE_EFFECTS__
export function pattern(regex: RegExp, error: string, max: number) {
  return z.string({ error }).check(z.maxLength(max, { error, abort: true }), z.regex(regex, { error }));
}

export type Id<Prefix extends string> = `${Prefix}_${string}`;

/** An opaque id: its kind's prefix and 22 letters or digits (128 random bits). */
// @__NO_SIDE_EFFECTS__
export function id<const Prefix extends string>(prefix: Prefix) {
  const error = `an id such as ${prefix}_2x8J5mQwTzR7kVbN4cYpLd`;
  return z
    .templateLiteral([z.literal(`${prefix}_`), z.string().check(z.regex(/^[0-9A-Za-z]{22}$/))], { error })
    .register(z.globalRegistry, { maxLength: prefix.length + 23, examples: [`${prefix}_2x8J5mQwTzR7kVbN4cYpLd`] });
}

const rfc3339 = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const instantExpected = "an instant with an offset, such as 2026-12-01T09:00:00-05:00 or 2026-12-01T14:00:00Z";

/** An instant (RFC 3339, offset or Z required; no leap seconds), turned into UTC: `2026-12-01T14:00:00Z`. */
export const instant = schema(() =>
  z
    .pipe(
      z.string({ error: instantExpected }).check(
        z.regex(rfc3339, { error: instantExpected, abort: true }),
        z.refine((value: string) => isDate(value.slice(0, 10)), { error: instantExpected, abort: true }),
        // An offset can carry the first and the last day of the calendar out of the years of four digits.
        z.refine((value: string) => /^\d{4}-/.test(toInstant(Date.parse(value))), {
          error: instantExpected,
          abort: true,
        }),
      ),
      z.transform((value: string) => toInstant(Date.parse(value))),
    )
    .register(z.globalRegistry, { format: "date-time", maxLength: 35, examples: ["2026-12-01T14:00:00Z"] }),
);

/** Whether a `YYYY-MM-DD` names a day of the calendar; 2027-02-29 does not. */
function isDate(value: string): boolean {
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

/** A day of the calendar, without a zone. */
export const localDate = schema(() =>
  pattern(/^\d{4}-\d{2}-\d{2}$/, "a date such as 1980-02-29", 10)
    .check(z.refine(isDate, { error: "a date such as 1980-02-29" }))
    .register(z.globalRegistry, { format: "date", examples: ["1980-02-29"] }),
);

/** A wall-clock time on the five-minute grid of the day-book. */
export const clockTime = pattern(
  /^([01]\d|2[0-3]):[0-5][05]$/,
  "a time on a five-minute mark, such as 09:00 or 22:45",
  5,
);

/** An IANA time zone's name; what only `Intl` takes (`+05:30`, `PST`) is none. */
export const zone = schema(() =>
  z
    .string({ error: "an IANA time zone such as America/New_York" })
    .check(
      z.maxLength(64, { error: "an IANA time zone such as America/New_York", abort: true }),
      z.regex(/^(?:(?![A-Z]{3}$)[A-Za-z][\w+/-]*|UTC|GMT|[CEMW]ET|[EHM]ST)$/, {
        error: "an IANA time zone such as America/New_York",
        abort: true,
      }),
      z.refine(isZone, { error: "an IANA time zone such as America/New_York" }),
    )
    .register(z.globalRegistry, { examples: ["America/New_York"] }),
);

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Whole minutes, a multiple of the day-book's five. */
// @__NO_SIDE_EFFECTS__
export function minutes(min: number, max: number) {
  const error = `a multiple of 5 minutes from ${min} to ${max}`;
  return z.int({ error }).check(z.minimum(min, { error }), z.maximum(max, { error }), z.multipleOf(5, { error }));
}

/** A whole number. */
// @__NO_SIDE_EFFECTS__
export function whole(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).check(z.minimum(min, { error }), z.maximum(max, { error }));
}

// @__NO_SIDE_EFFECTS__
export function oneOf<const Values extends readonly [string, ...string[]]>(...values: Values) {
  return z.enum(values, { error: `one of ${values.join(", ")}` });
}

// @__NO_SIDE_EFFECTS__
export function listOf<Item extends z.core.$ZodType>(item: Item, max: number, min = 0) {
  const error = `a list of ${min} to ${max} entries`;
  return z.array(item, { error }).check(z.minLength(min, { error }), z.maxLength(max, { error }));
}

export const flag = z.boolean({ error: "true or false" });

/** An object that refuses, by name, what it does not know. */
// @__NO_SIDE_EFFECTS__
export function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? "no such field" : "an object"),
  });
}

export const email = schema(() =>
  z
    .string({ error: "an e-mail address" })
    .check(
      z.maxLength(254, { error: "an e-mail address" }),
      z.regex(z.regexes.unicodeEmail, { error: "an e-mail address" }),
    ),
);

/** How far a list is read at a time. */
export const paging = schema(() => ({
  limit: z.optional(wholeNumber(1, 100)),
  cursor: z.optional(text(2000)),
}));

/** A whole number written in a query string. */
// @__NO_SIDE_EFFECTS__
export function wholeNumber(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`;
  return z
    .pipe(
      z.string({ error }).check(
        z.regex(/^\d{1,6}$/, { error, abort: true }),
        z.refine((digits: string) => Number(digits) >= min && Number(digits) <= max, { error }),
      ),
      z.transform(Number),
    )
    .register(z.globalRegistry, { type: "integer", minimum: min, maximum: max });
}

/** One page of a list; `next` is there while more may follow. */
// @__NO_SIDE_EFFECTS__
export function page<Item extends z.core.$ZodType>(item: Item) {
  return z.strictObject({ items: listOf(item, 100), next: z.optional(text(2000)) });
}

/** A number that rises with every change. */
export const count = schema(() => z.int().check(z.minimum(0)));

/** What every stored thing answers besides its own fields. */
export const kept = schema(() => ({
  version: count,
  createdAt: instant,
  updatedAt: instant,
}));
