import { mustSee } from "../access/sight-store.ts";
import { circumstancesOf, datesAround } from "../appointments/circumstances.ts";
import { raisingAhead } from "../appointments/day-book-store.ts";
import { SlotTaken } from "../appointments/lost.ts";
import { mustBeStaff, setAsideBy } from "../appointments/overrides.ts";
import { booking } from "../appointments/store.ts";
import type { Ask } from "../kernel/ask.ts";
import { inTransactions, type Write } from "../kernel/commit.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { invalid } from "../kernel/input.ts";
import type { Instant } from "../kernel/instant.ts";
import { type Keyring, openKeyring } from "../kernel/keyring.ts";
import type { PatientKey } from "../kernel/patient-keys.ts";
import { busy, missing } from "../kernel/problem.ts";
import { pause } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { findClinic } from "../members/store.ts";
import { BegunBefore, findBegun } from "./begun-store.ts";
import { complete } from "./complete.ts";
import { type KeptSeries, plannedSeries, type Series, type SeriesFields, visitOf } from "./model.ts";
import { mustHold, type Plan, plan } from "./plan.ts";
import { occurrencesOf } from "./recurrence.ts";
import { holdingAll, settleEarlier } from "./reserve.ts";
import { book as route } from "./routes.ts";
import { findPatientDays, findSeries, keepingSeries } from "./store.ts";

type Asked = Ask<unknown, unknown, SeriesFields>;

/** How long a series is planned anew while others take of its times, or change what was read, in milliseconds. */
const patience = 4000;

export const handler = endpoint(
  route,
  async (ask) => {
    const { body, caller } = ask;
    await mustSee(route, ask, body.patient);
    mustBeStaff(caller, body.override);
    const [keyring, timeZone] = await Promise.all([openKeyring(caller.clinic), zoneOf(caller.clinic, body)]);
    const starts = occurrencesOf(body.rule, body.start, timeZone);
    if ("expected" in starts) throw unfit(starts.expected);
    const deadline = performance.now() + patience;
    for (;;) {
      try {
        return await attempt(keyring, ask, starts, timeZone);
      } catch (error) {
        if (error instanceof BegunBefore) await settleEarlier(ask);
        else if (!isOvertaken(error)) throw error;
        if (performance.now() > deadline) throw busy();
        await pause(Math.random() * 50);
      }
    }
  },
  async (answer, { caller, now }) => {
    const keyring = await openKeyring(caller.clinic);
    const found = await findSeries(keyring, answer.id);
    return found ? (await complete(keyring, found, now)).series : answer;
  },
);

/** Others were faster: what they took, or changed, will be read. */
function isOvertaken(error: unknown): boolean {
  return error instanceof SlotTaken || error instanceof ReadChanged;
}

async function zoneOf(clinic: string, { timeZone }: SeriesFields): Promise<string> {
  return timeZone ?? (await findClinic(clinic)).zone;
}

function unfit(expected: string) {
  return invalid([{ path: "rule", expected, message: `rule should be ${expected}` }]);
}

/** Plans by what is read now and writes it: 409 where it cannot be booked as asked. */
async function attempt(keyring: Keyring, ask: Asked, starts: readonly Instant[], timeZone: string): Promise<Series> {
  const { body, caller, now } = ask;
  const { patient, service, practitioner } = body;
  const [{ key, ...given }, patientDays] = await Promise.all([
    circumstancesOf(keyring, { patient, service, practitioner, start: starts }, now),
    findPatientDays(caller.clinic, patient, datesAround(starts)),
  ]);
  if (!key) throw missing();
  const setAside = setAsideBy(body.override, given);
  const best: Plan = plan({ ...given, patientDays }, starts, { now, setAside, draw: Math.random() });
  // What is in the way may be held by an earlier sending of this very request.
  if (best.conflicts.length > 0 && (await findBegun(caller, ask.once))) throw new BegunBefore();
  mustHold(best, body.onConflict ?? "fail");
  const ids = { series: newId("ser"), appointment: () => newId("apt"), hold: () => newId("hld") };
  const kept = plannedSeries(best, { ...body, timeZone }, given.service, { ids, now, by: caller });
  const also = raisingAhead(caller.clinic, patient, given.ahead);
  return save(keyring, key, ask, { kept, plan: best, also });
}

interface Saving {
  kept: KeptSeries;
  plan: Plan & { practitioner: object };
  also: readonly Write[];
}

/** In one transaction where that takes all; else held first, then committed at one point, then confirmed. */
async function save(keyring: Keyring, key: PatientKey, ask: Asked, { kept, plan, also }: Saving): Promise<Series> {
  const { caller, now, commit } = ask;
  const { series } = kept;
  const done = { answer: series, patient: key, target: series.id, overrode: plan.overrode };
  const whole = kept.taken.map((taken) => ({
    writes: booking(keyring, { visit: visitOf(kept, taken), key }, caller, {
      seen: plan.seen,
      why: ask.body.override?.reason,
    }),
  }));
  const own = { writes: [...keepingSeries(key, kept), ...also] };
  if (inTransactions([...whole, own], comesAlong).length === 1) {
    await commit(
      [...whole, own].flatMap(({ writes }) => writes),
      done,
    );
    return series;
  }
  const committed: KeptSeries = { ...kept, status: "committed" };
  const row = keepingSeries(key, committed);
  await holdingAll(ask, committed, plan.seen, (ending) => commit([...ending, ...row, ...also], done));
  return (await complete(keyring, { kept: committed, key }, now)).series;
}

/** The Idempotency-Key's record and the audit entry. */
const comesAlong = 2;
