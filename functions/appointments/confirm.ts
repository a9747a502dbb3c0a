import { mustSee } from "../access/sight-store.ts";
import { claimsOfHold, type KeptHold } from "../holds/model.ts";
import { confirming, findHold } from "../holds/store.ts";
import type { Ask } from "../kernel/ask.ts";
import { newId } from "../kernel/ids.ts";
import { invalid } from "../kernel/input.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { findPatientKey } from "../kernel/patient-keys.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { accepting } from "../waitlist/store.ts";
import { type Day, daysOf, isFree } from "./day-book.ts";
import { dayAt, type Seen } from "./day-book-store.ts";
import { holdExpired } from "./lost.ts";
import { type Appointment, type BookingFields, bookHeld } from "./model.ts";
import { book as route } from "./routes.ts";
import { withoutShares } from "./shares.ts";
import { booking } from "./store.ts";
import { tryInTurn } from "./try-in-turn.ts";

/** Makes an appointment of a held time, in one transaction: the cells stay taken, now for good. Too late: 410. */
export async function confirm(holdId: string, ask: Ask<unknown, unknown, BookingFields>): Promise<Appointment> {
  const { body, caller, now, commit } = ask;
  const keyring = await openKeyring(caller.clinic);
  const kept = await findHold(caller.clinic, holdId);
  if (!kept) throw missing();
  const { hold } = kept;
  const patient = hold.patient ?? body.patient;
  if (caller.role === "patient" && !hold.patient) throw missing();
  if (!patient || (body.patient && body.patient !== patient)) throw invalid([wrongPatient]);
  await mustSee(route, ask, patient);
  if (hold.status !== "held" || toMs(now) > toMs(hold.expiresAt)) throw holdExpired();
  const key = await findPatientKey(keyring, patient);
  if (!key) throw missing();
  const visit = bookHeld({ ...hold, patient, reason: body.reason }, kept, { id: newId("apt"), now });
  const { appointment } = visit;
  return tryInTurn(async () => {
    const writes = [
      ...confirming(caller.clinic, kept, appointment.id),
      ...accepting(caller.clinic, hold, appointment.id, now, holdExpired),
      ...booking(keyring, { visit, key }, caller, {
        held: claimsOfHold(kept),
        seen: await findShared(caller.clinic, kept, now),
      }),
    ];
    await commit(writes, { answer: appointment, patient: key, target: appointment.id });
    return appointment;
  });
}

/** The days of what a hold shares with others, as long as its place is there; taken by others since it lapsed: 410. */
export async function findShared(clinic: string, kept: KeptHold, now: Instant): Promise<Seen> {
  const claims = claimsOfHold(kept).filter(({ shares }) => shares);
  const days = await Promise.all(
    claims.map(({ thing, takes }) => getAll(takes ? daysOf(takes).map((date) => dayAt(clinic, thing, date)) : [])),
  );
  const areThere = claims.every(({ takes, shares }, n) => {
    const others = (days[n] as (Day | undefined)[]).map((day) => day && withoutShares(day, kept.hold.id));
    return takes && isFree(others, takes, toMs(now), shares?.capacity);
  });
  if (!areThere) throw holdExpired();
  return new Map(claims.map(({ thing }, n) => [thing, days[n] as (Day | undefined)[]]));
}

const expected = "the patient whom the time is held for, or one where it is held for nobody";
const wrongPatient = { path: "patient", expected, message: `patient should be ${expected}` };
