import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import type { Caller } from "../kernel/exchange.ts";
import type { Instant } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { policyAt, policyOf } from "../policy/store.ts";
import { serviceAt, serviceOf } from "../services/store.ts";
import { type Appointment, cancel } from "./model.ts";
import { mustBeInTime } from "./overrides.ts";
import { cancel as route } from "./routes.ts";
import { changing, findVisit } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, ifMatch, concerns, commit } = ask;
  const seen = await findVisit(await openKeyring(caller.clinic), params.appointmentId);
  if (!seen) throw missing();
  const { id, patient, version } = seen.visit.appointment;
  concerns({ patient, target: id });
  await mustSee(route, ask, patient);
  mustMatch(ifMatch, version);
  const next = cancel(seen.visit, body.reason, now);
  if (caller.role === "patient" && next !== seen.visit) await mustBeAllowed(caller, seen.visit.appointment, now);
  const writes = next === seen.visit ? [] : changing(caller.clinic, seen, next, caller, { why: body.reason });
  await commit(writes, { answer: next.appointment, patient: seen.key, target: id });
  return next.appointment;
});

/** Until when a patient may cancel is the service's to say, or else the clinic's. */
async function mustBeAllowed(caller: Caller, appointment: Appointment, now: Instant): Promise<void> {
  const [serviceRow, policyRow] = await getAll([
    serviceAt(caller.clinic, appointment.service),
    policyAt(caller.clinic),
  ]);
  if (!serviceRow) throw missing();
  const given = { service: serviceOf(serviceRow), policy: policyOf(policyRow) };
  mustBeInTime("too-late-to-cancel", caller, appointment, given, now);
}
