import { endpoint } from "../kernel/endpoint.ts";
import { missing, refuse } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { assign as route } from "./routes.ts";
import { mustSee } from "./sight-store.ts";
import { type Assignment, assigning } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  const { patientId, practitionerId } = params;
  const sight = await mustSee(route, ask, patientId);
  // An emergency opens a door for four hours; it does not hand out keys.
  if (sight.relation === "break-glass") throw missing();
  const labels = body.labels ?? [];
  if (caller.role === "practitioner" && labels.some((each) => !sight.labels.includes(each)))
    throw refuse("forbidden", "label-not-yours", "A practitioner passes on only the labels they were given.");
  const rows = await getAll([patientAt(caller.clinic, patientId), practitionerAt(caller.clinic, practitionerId)]);
  if (rows.includes(undefined)) throw missing();
  const assignment: Assignment = { practitioner: practitionerId, until: body.until, labels, createdAt: now };
  await commit(assigning(caller.clinic, patientId, assignment), {
    answer: assignment,
    whose: patientId,
    target: practitionerId,
  });
  return assignment;
});
