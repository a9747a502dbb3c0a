import { toMs } from "../kernel/instant.ts";
import type { Entry } from "./chain.ts";

/*
 * What looks odd in the trail: bulk reads and many refusals are counted by user over ten minutes; work after hours, and a
 * practitioner's look at somebody of their own family name, are told once a day. Names are sealed: the function that showed
 * one has compared it, and the entry says so.
 */

/** The most distinct patients, and refusals, of one user in ten minutes that are not odd. */
export const usual = { "bulk-reads": 100, "many-refusals": 20 } as const;

/** The hours of the clinic's day that are not odd: from the first, before the second. */
const openHours = [6, 22] as const;

const window = 10 * 60_000;
const staff = new Set(["admin", "front-desk", "practitioner", "privacy-officer"]);
const reads = /\.(read|list|search|history|calendar|export)$/;

/** What one user did in one stretch of ten minutes, by what each of it counts as. */
export interface Count {
  kind: keyof typeof usual;
  user: string;
  /** Where the ten minutes begin, in milliseconds since 1970. */
  from: number;
  /** The patients seen, or the refusals' keys: counted once however often they come. */
  of: Set<string>;
}

/** What is to be counted of some entries. */
export function countsOf(entries: readonly Entry[]): Count[] {
  const counts = new Map<string, Count>();
  const count = (kind: Count["kind"], { user, at }: Entry, what: string) => {
    const from = Math.floor(toMs(at) / window) * window;
    const name = `${kind} ${String(user)} ${from}`;
    const found = counts.get(name) ?? { kind, user: String(user), from, of: new Set<string>() };
    counts.set(name, { ...found, of: found.of.add(what) });
  };
  for (const entry of entries) {
    const { outcome, action, patient, role, sk } = entry;
    if (role === "system") continue;
    if (outcome === "refused") count("many-refusals", entry, sk);
    else if (typeof patient === "string" && reads.test(String(action))) count("bulk-reads", entry, patient);
  }
  return [...counts.values()];
}

/** The practitioners who looked at a patient of their own family name, with the day (UTC) on which they did. */
export function namesakesIn(entries: readonly Entry[]): { user: string; patient: string; day: string }[] {
  const looks = entries.filter(({ namesake, outcome }) => namesake === true && outcome === "granted");
  const found = looks.map(({ user, patient, at }) => ({
    user: String(user),
    patient: String(patient),
    day: String(at).slice(0, 10),
  }));
  return [...new Map(found.map((each) => [Object.values(each).join(" "), each])).values()];
}

/** The users of the staff who were at work outside the hours, with the clinic's day on which they were. */
export function afterHoursIn(entries: readonly Entry[], zone: string): { user: string; day: string }[] {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  const found = entries.flatMap(({ role, user, at }) => {
    const [day = "", time = ""] = parts.format(toMs(at)).split(" ");
    const hour = Number(time.slice(0, 2));
    const isOpen = hour >= openHours[0] && hour < openHours[1];
    return staff.has(String(role)) && !isOpen ? [{ user: String(user), day }] : [];
  });
  return [...new Map(found.map((each) => [`${each.user} ${each.day}`, each])).values()];
}
