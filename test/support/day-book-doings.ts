import { choose } from "../../functions/appointments/choice.ts";
import { circumstancesOf } from "../../functions/appointments/circumstances.ts";
import { withoutOwn } from "../../functions/appointments/claims.ts";
import { findShared } from "../../functions/appointments/confirm.ts";
import type { Day } from "../../functions/appointments/day-book.ts";
import { daysOf } from "../../functions/appointments/day-book.ts";
import { changingOff, dayAt } from "../../functions/appointments/day-book-store.ts";
import { holdExpired } from "../../functions/appointments/lost.ts";
import type { Appointment } from "../../functions/appointments/model.ts";
import { book, bookHeld, cancel, reschedule } from "../../functions/appointments/model.ts";
import { booking, changing, findVisit } from "../../functions/appointments/store.ts";
import { claimsOfHold, type Hold, keep } from "../../functions/holds/model.ts";
import { confirming, findHold, keeping, releasing } from "../../functions/holds/store.ts";
import type { Write } from "../../functions/kernel/commit.ts";
import type { Caller } from "../../functions/kernel/exchange.ts";
import { newId } from "../../functions/kernel/ids.ts";
import { toInstant, toMs } from "../../functions/kernel/instant.ts";
import type { Keyring } from "../../functions/kernel/keyring.ts";
import { getAll } from "../../functions/kernel/table.ts";

/*
 * What is done to day-books, by the code that does it: each deed reads and decides as its handler does, and gives the
 * writes. Opening hours are left out (everybody walks in), for they are another test's matter.
 */

/** What came of a decision: the writes, and what they take. */
export interface Decided {
  writes: Write[];
  id: string;
  start: number;
  resources: readonly string[];
  until?: number;
}

export interface Terms {
  now: number;
  lost: ReadonlySet<string>;
  draw: number;
}

export interface Time {
  service: string;
  start: number;
  practitioner: string;
}

export type Decision = (terms: Terms) => Promise<Decided | undefined>;

const termsOf = ({ now, lost, draw }: Terms, start: number) => ({
  start: toInstant(start),
  now: toInstant(now),
  isWalkIn: true,
  lost,
  draw,
});

export function doingsOf(keyring: Keyring) {
  const { clinic } = keyring;
  const caller: Caller = { user: "usr_1", clinic, role: "front-desk" };

  const toBook =
    ({ start, ...time }: Time, patient: string): Decision =>
    async (terms) => {
      const now = toInstant(terms.now);
      const wish = { ...time, patient, start: toInstant(start) };
      const { key, ...given } = await circumstancesOf(keyring, wish, now);
      if (!key) throw new Error("the patient has no key");
      const { practitioner, resources, sharing, seen } = choose(given, termsOf(terms, start));
      const id = newId("apt");
      const whole = { ...wish, practitioner: practitioner.id, resources } as unknown as Appointment;
      const visit = book(whole, given.service, { id, now, ...sharing });
      return { writes: booking(keyring, { visit, key }, caller, { seen }), id, start, resources };
    };

  const toHold =
    ({ start, ...time }: Time, patient: string | undefined): Decision =>
    async (terms) => {
      const now = toInstant(terms.now);
      const wish = { ...time, patient, start: toInstant(start) };
      const { key: _, ...given } = await circumstancesOf(keyring, wish, now);
      const { practitioner, resources, sharing, seen } = choose(given, termsOf(terms, start));
      const id = newId("hld");
      const whole = { ...wish, practitioner: practitioner.id, resources } as unknown as Hold;
      const kept = keep(whole, given.service, { id, now, ...sharing });
      const writes = keeping(clinic, kept, seen, undefined);
      return { writes, id, start, resources, until: toMs(kept.hold.expiresAt) };
    };

  const toConfirm =
    (holdId: string, patient: string): Decision =>
    async ({ now: ms }) => {
      const now = toInstant(ms);
      const kept = await findHold(clinic, holdId);
      if (kept?.hold.status !== "held" || ms > toMs(kept.hold.expiresAt)) throw holdExpired();
      const wish = {
        service: kept.hold.service,
        practitioner: kept.hold.practitioner,
        start: kept.hold.start,
        patient,
      };
      const { key } = await circumstancesOf(keyring, wish, now);
      if (!key) throw new Error("the patient has no key");
      const id = newId("apt");
      const visit = bookHeld({ ...kept.hold, patient: patient as Appointment["patient"] }, kept, { id, now });
      const seen = await findShared(clinic, kept, now);
      const booked = booking(keyring, { visit, key }, caller, { held: claimsOfHold(kept), seen });
      const { start, resources } = kept.hold;
      return { writes: [...confirming(clinic, kept, id), ...booked], id, start: toMs(start), resources };
    };

  const toRelease =
    (holdId: string): Decision =>
    async ({ now }) => {
      const kept = await findHold(clinic, holdId);
      if (kept?.hold.status !== "held" || now > toMs(kept.hold.expiresAt)) return undefined;
      return { writes: releasing(clinic, kept, toInstant(now)), id: holdId, start: 0, resources: [] };
    };

  /** What is to be changed is found once: whoever changes it meanwhile is not overruled. */
  const toMove = (appointmentId: string, start: number, to: string): Decision => {
    const found = once(() => findVisit(keyring, appointmentId));
    return async (terms) => {
      const seen = await found();
      if (!seen) throw new Error("there is no such appointment");
      const [now, practitioner] = [toInstant(terms.now), to as Appointment["practitioner"]];
      const { appointment } = seen.visit;
      const wish = { ...appointment, start: toInstant(start), practitioner };
      const { key: _, ...given } = await circumstancesOf(keyring, wish, now);
      const next = (resources: Appointment["resources"], sharing = {}) =>
        reschedule(seen.visit, { start: toInstant(start), practitioner, resources }, given.service, {
          now,
          ...sharing,
        });
      next(appointment.resources);
      const choice = choose(withoutOwn(given, seen.visit), termsOf(terms, start));
      const moved = next(choice.resources, choice.sharing);
      const writes = changing(clinic, seen, moved, caller, { days: choice.seen });
      return { writes, id: appointmentId, start, resources: choice.resources };
    };
  };

  const toCancel =
    (appointmentId: string): Decision =>
    async ({ now }) => {
      const seen = await findVisit(keyring, appointmentId);
      if (!seen) throw new Error("there is no such appointment");
      const next = cancel(seen.visit, undefined, toInstant(now));
      if (next === seen.visit) return undefined;
      return { writes: changing(clinic, seen, next, caller), id: appointmentId, start: 0, resources: [] };
    };

  const toTakeOff =
    (practitioner: string, start: number, end: number): Decision =>
    async () => {
      const id = newId("off");
      const dates = daysOf({ start, end });
      const days = (await getAll(dates.map((date) => dayAt(clinic, practitioner, date)))) as (Day | undefined)[];
      const writes = dates.map((date, n) =>
        changingOff(clinic, practitioner, date, days[n], { ...days[n]?.off, [id]: [start, end] }),
      );
      return { writes, id, start, resources: [] };
    };

  return { toBook, toHold, toConfirm, toRelease, toMove, toCancel, toTakeOff };
}

function once<Result>(find: () => Promise<Result>): () => Promise<Result> {
  let found: Promise<Result> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}
