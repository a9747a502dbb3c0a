import type { NamedRoute } from "../../functions/api.ts";

const nothing = "0000000000000000000000";
const start = "2027-06-01T09:00:00Z";
const booking = { patient: `pat_${nothing}`, practitioner: `prc_${nothing}`, service: `svc_${nothing}`, start };

const note = { kind: "note", title: "Matrix", text: "Matrix" };

/** A body for each route that takes one: it fits the schema, and names things that do not exist. */
const bodies: Record<string, unknown> = {
  "patients.register": { name: { text: "Matrix" } },
  "patients.update": { active: true },
  "practitioners.add": { name: { text: "Matrix" } },
  "practitioners.update": { active: true },
  "schedules.replace": { zone: "UTC", windows: [] },
  "schedules.addTimeOff": { start, end: "2027-06-01T10:00:00Z" },
  "services.add": { name: "Matrix", durationMinutes: 30 },
  "services.update": { active: true },
  "locations.add": { name: "Matrix", zone: "UTC" },
  "locations.update": { active: true },
  "resources.add": { name: "Matrix", kind: "room" },
  "resources.update": { active: true },
  // Of no effect on a booking, lest another test's depend on it.
  "policy.replace": { holdMinutes: 5 },
  "holds.place": { service: `svc_${nothing}`, practitioner: `prc_${nothing}`, start },
  "appointments.book": booking,
  "past-appointments.record": { ...booking, start: "2020-06-01T09:00:00Z", end: "2020-06-01T10:00:00Z" },
  "appointments.reschedule": { start },
  "appointments.cancel": {},
  "appointments.setStatus": { status: "arrived" },
  "records.write": note,
  "records.revise": note,
  "records.sign": {},
  "records.amend": { reason: "Matrix", record: note },
  "records.retract": { reason: "Matrix" },
};

const queries: Record<string, string> = {
  "availability.search": `?service=svc_${nothing}&from=${start}&to=2027-06-02T09:00:00Z`,
  "agenda.read": "?date=2027-06-01&zone=America/New_York&practitioners=prc_0000000000000000000000",
  "appointments.list": `?practitioner=prc_${nothing}`,
};

const ids: Record<string, string> = {
  patientId: `pat_${nothing}`,
  practitionerId: `prc_${nothing}`,
  timeOffId: `off_${nothing}`,
  serviceId: `svc_${nothing}`,
  locationId: `loc_${nothing}`,
  resourceId: `res_${nothing}`,
  holdId: `hld_${nothing}`,
  appointmentId: `apt_${nothing}`,
  recordId: `rec_${nothing}`,
};

/** A request to a route that its schemas take. A new route that needs a body and has none here fails loudly. */
export function validInput(route: NamedRoute): { path: string; body?: unknown; headers: Record<string, string> } {
  if (route.body && !(route.name in bodies)) throw new Error(`test/support/inputs.ts has no body for ${route.name}`);
  const path =
    route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] as string) + (queries[route.name] ?? "");
  return { path, body: bodies[route.name], headers: route.ifMatch === "required" ? { "if-match": '"1"' } : {} };
}
