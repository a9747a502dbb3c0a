import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { circumstancesOf } from "./circumstances.ts";
import { whileTimeOffChanges } from "./day-book-store.ts";
import { reschedule } from "./model.ts";
import { reschedule as route } from "./routes.ts";
import { objection } from "./rules.ts";
import { changing, findVisit } from "./store.ts";

export const handler = endpoint(route, async ({ params, body, caller, now, ifMatch, concerns, commit }) => {
  const keyring = await openKeyring(caller.clinic);
  const seen = await findVisit(keyring, params.appointmentId);
  if (!seen) throw missing();
  const { appointment } = seen.visit;
  concerns({ patient: appointment.patient, target: appointment.id });
  mustSee(caller, appointment.patient);
  mustMatch(ifMatch, appointment.version);
  const to = { start: body.start, practitioner: body.practitioner ?? appointment.practitioner };
  return whileTimeOffChanges(async () => {
    const given = await circumstancesOf(keyring, { ...appointment, ...to });
    const next = reschedule(seen.visit, to, given.service, now);
    const objected = objection(to.practitioner, to.start, now, given);
    if (objected) throw objected;
    const writes = changing(caller.clinic, seen, next, given.days);
    await commit(writes, { answer: next.appointment, patient: seen.key, target: appointment.id });
    return next.appointment;
  });
});
