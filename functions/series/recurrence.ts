import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import { type Instant, toInstant } from "../kernel/instant.ts";

/** The most occurrences of a series. */
const most = 52;

/*
 * How far the library may look for the next occurrence, in periods and in candidates within them: enough for 52 of any
 * rule that a clinic has, and little enough that a rule which never occurs costs a quarter of a second, not half a minute.
 */
const bounds = { maxIterations: 2000, maxCandidateEvaluations: 4000 };

/** The parts of an RRULE that are taken, with their values. The time of day is the start's, so there is no BYHOUR. */
const parts: Record<string, RegExp> = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^[1-9]\d{0,2}$/,
  COUNT: /^([1-9]|[1-4]\d|5[0-2])$/,
  UNTIL: /^\d{8}(T\d{6}Z)?$/,
  BYDAY: listed(/([+-]?([1-9]|[1-4]\d|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)/),
  BYMONTHDAY: listed(/[+-]?([1-9]|[12]\d|3[01])/),
  BYMONTH: listed(/([1-9]|1[0-2])/),
  BYSETPOS: listed(/[+-]?([1-9]|[1-4]\d|5[0-2])/),
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
};

function listed({ source }: RegExp): RegExp {
  return new RegExp(`^${source}(,${source}){0,30}$`);
}

/** What a rule should have been. */
export interface Unfit {
  expected: string;
}

/**
 * The occurrences of an RRULE (RFC 5545, 3.3.10) from its first one on. The local time in the zone stays the same over
 * clock changes; a date or a local time that does not exist is left out and not counted, as the RFC wants.
 */
export function occurrencesOf(rule: string, start: Instant, zone: string): Instant[] | Unfit {
  const given = partsOf(rule.toUpperCase());
  if ("expected" in given) return given;
  const dtstart = Temporal.Instant.from(start).toZonedDateTimeISO(zone);
  const found = expanded(given, dtstart);
  if (!found) return { expected: "a rule that RFC 5545 allows and that occurs often enough to be found" };
  if (found.length > most) return { expected: `a rule of at most ${most} occurrences` };
  if (found[0] !== dtstart.epochMilliseconds) {
    return { expected: "a rule whose first occurrence is the start, in the local time of the series' zone" };
  }
  if (found.some((ms) => ms > lastMoment)) return { expected: "a rule that ends before the year 10000" };
  return found.map(toInstant);
}

const lastMoment = Date.UTC(9999, 11, 30);

/** A rule's parts by name, each well-formed and given once. */
function partsOf(rule: string): Map<string, string> | Unfit {
  const given = new Map<string, string>();
  for (const part of rule.split(";")) {
    const [name = "", value = ""] = part.split("=");
    const form = parts[name];
    if (!form)
      return { expected: `an RFC 5545 RRULE such as FREQ=WEEKLY;COUNT=3, of ${Object.keys(parts).join(", ")}` };
    if (given.has(name)) return { expected: `one ${name}` };
    if (part !== `${name}=${value}` || !form.test(value)) return { expected: expectedOf(name) };
    given.set(name, value);
  }
  if (!given.has("FREQ")) return { expected: "a rule with FREQ" };
  if (given.has("COUNT") === given.has("UNTIL")) return { expected: "a rule with either COUNT or UNTIL" };
  return given;
}

function expectedOf(name: string): string {
  const forms: Record<string, string> = {
    FREQ: "FREQ of DAILY, WEEKLY, MONTHLY or YEARLY",
    COUNT: `COUNT from 1 to ${most}`,
    UNTIL: "UNTIL a date such as 20261231, or an instant in UTC such as 20261231T140000Z",
  };
  return forms[name] ?? `${name} as RFC 5545 has it`;
}

/** The occurrences in milliseconds since 1970, one more than there may be at most; undefined where the library refuses. */
function expanded(given: ReadonlyMap<string, string>, dtstart: Temporal.ZonedDateTime): number[] | undefined {
  try {
    const whole = [...given].map(([name, value]) => `${name}=${name === "UNTIL" ? untilOf(value, dtstart) : value}`);
    const rule = new RRuleTemporal({ rruleString: whole.join(";"), dtstart, strict: true, cache: false, ...bounds });
    return rule.all((_, place) => place <= most).map(({ epochMilliseconds }) => epochMilliseconds);
  } catch {
    return undefined;
  }
}

/** The RFC wants an instant in UTC; a date, as many write it, is that whole day in the series' zone. */
function untilOf(value: string, { timeZoneId }: Temporal.ZonedDateTime): string {
  if (value.length > 8) return value;
  const nextDay = Temporal.PlainDate.from(value).add({ days: 1 }).toZonedDateTime(timeZoneId).toInstant();
  return nextDay.subtract({ seconds: 1 }).toString().replaceAll(/[-:]/g, "");
}
