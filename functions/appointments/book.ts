import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { choose, type Terms } from "./choice.ts";
import { circumstancesOf } from "./circumstances.ts";
import { confirm } from "./confirm.ts";
import { raisingAhead } from "./day-book-store.ts";
import { SlotTaken } from "./lost.ts";
import { type Appointment, type BookingFields, book, moveTo, type Visit } from "./model.ts";
import { mustBeStaff, setAsideBy } from "./overrides.ts";
import { book as route } from "./routes.ts";
import { booking } from "./store.ts";
import { tryInTurn } from "./try-in-turn.ts";

export const handler = endpoint(route, async (ask) => {
  const { body, caller, now, commit } = ask;
  if (body.hold) return confirm(body.hold, ask);
  if (body.patient) await mustSee(route, ask, body.patient);
  mustBeStaff(caller, body.start === "now" || body.allowPatientOverlap || body.override);
  const keyring = await openKeyring(caller.clinic);
  const wish = wishOf(body, now);
  const terms: Terms = { start: wish.start, now, isWalkIn: body.start === "now" };
  return tryInTurn(async (lost) => {
    const { key, ...given } = await circumstancesOf(keyring, wish, now);
    if (!key) throw missing();
    const choice = choose(given, { ...terms, lost, draw: Math.random(), setAside: setAsideBy(body.override, given) });
    const id = newId("apt");
    const visitOf = (overlapsPatient: boolean): Visit => {
      const { resources, location, sharing } = choice;
      const { id: practitioner } = choice.practitioner;
      const booked = book({ ...wish, practitioner, resources, location }, given.service, { id, now, ...sharing });
      const visit = { ...booked, overlapsPatient: overlapsPatient || undefined };
      return terms.isWalkIn ? arrived(visit, now) : visit;
    };
    const save = async (visit: Visit, overrode: string[]): Promise<Appointment> => {
      const writes = [
        ...booking(keyring, { visit, key }, caller, {
          seen: choice.seen,
          why: overrode.length > 0 ? body.override?.reason : undefined,
        }),
        ...raisingAhead(caller.clinic, wish.patient, given.ahead),
      ];
      await commit(writes, { answer: visit.appointment, patient: key, target: id, overrode });
      return visit.appointment;
    };
    return save(visitOf(false), choice.overrode).catch((error: unknown) => {
      const isOwnOverlap = error instanceof SlotTaken && error.thing === wish.patient;
      if (!body.allowPatientOverlap || !isOwnOverlap) throw error;
      return save(visitOf(true), [...choice.overrode, "patient-overlap"]);
    });
  });
});

/** What is wished, by the contract complete; a walk-in begins at the five-minute mark that has just passed. */
function wishOf({ patient, practitioner, service, start, reason }: BookingFields, now: Instant) {
  if (!patient || !service || !start) throw missing();
  const mark = 5 * 60_000;
  const from = start === "now" ? toInstant(Math.floor(toMs(now) / mark) * mark) : start;
  return { patient, practitioner, service, start: from, reason };
}

/** Somebody who walks in is there already. */
function arrived(visit: Visit, now: Instant): Visit {
  const { appointment } = moveTo(visit, "arrived", now);
  return { ...visit, appointment: { ...appointment, version: 1 } };
}
