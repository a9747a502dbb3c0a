import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { isLate } from "./attendance.ts";
import { cancel, moveTo } from "./model.ts";
import { setStatus as route } from "./routes.ts";
import { findRules } from "./rules-store.ts";
import { changing, findVisit } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, ifMatch, concerns, commit } = ask;
  const seen = await findVisit(await openKeyring(caller.clinic), params.appointmentId);
  if (!seen) throw missing();
  const { appointment } = seen.visit;
  const { id, patient, version, service } = appointment;
  concerns({ patient, target: id });
  await mustSee(route, ask, patient);
  mustMatch(ifMatch, version);
  const isPatients = body.status === "cancelled" && body.by !== "clinic" && appointment.status !== "cancelled";
  const late = isPatients && isLate(appointment, await findRules(caller.clinic, service), now);
  const next =
    body.status === "cancelled"
      ? cancel(seen.visit, undefined, now, { isLate: late })
      : moveTo(seen.visit, body.status, now, { asAdmin: caller.role === "admin" });
  const writes = next === seen.visit ? [] : changing(caller.clinic, seen, next, caller);
  await commit(writes, { answer: next.appointment, patient: seen.key, target: id });
  return next.appointment;
});
