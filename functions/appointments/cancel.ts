import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { isLate } from "./attendance.ts";
import { cancel } from "./model.ts";
import { mustBeInTime, mustBeStaff } from "./overrides.ts";
import { cancel as route } from "./routes.ts";
import { findRules } from "./rules-store.ts";
import { changing, findVisit } from "./store.ts";

export const handler = endpoint(route, async ({ params, body, caller, now, ifMatch, concerns, commit }) => {
  const seen = await findVisit(await openKeyring(caller.clinic), params.appointmentId);
  if (!seen) throw missing();
  const { appointment } = seen.visit;
  const { id, patient, version, service } = appointment;
  concerns({ patient, target: id });
  mustSee(caller, patient);
  mustBeStaff(caller, body.by === "clinic");
  mustMatch(ifMatch, version);
  const rules = appointment.status === "cancelled" ? undefined : await findRules(caller.clinic, service);
  const late = rules && body.by !== "clinic" && isLate(appointment, rules, now);
  const next = cancel(seen.visit, body.reason, now, { isLate: late });
  if (rules) mustBeInTime("too-late-to-cancel", caller, appointment, rules, now);
  const writes = next === seen.visit ? [] : changing(caller.clinic, seen, next, caller, { why: body.reason });
  await commit(writes, { answer: next.appointment, patient: seen.key, target: id });
  return next.appointment;
});
