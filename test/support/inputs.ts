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
  "waitlist.add": { patient: booking.patient, service: booking.service, from: start, to: "2027-06-02T09:00:00Z" },
  "calendar-feeds.add": { practitioner: `prc_${nothing}` },
  "appointments.book": booking,
  "past-appointments.record": { ...booking, start: "2020-06-01T09:00:00Z", end: "2020-06-01T10:00:00Z" },
  "appointments.reschedule": { start },
  "appointments.cancel": {},
  "appointments.setStatus": { status: "arrived" },
  "consents.decide": { given: true, wording: "2026-1" },
  "merges.merge": { into: `pat_${nothing}`, reason: "Matrix" },
  "merges.undo": {},
  "exports.request": { purpose: "access" },
  "erasures.request": { reason: "Matrix" },
  "erasures.confirm": {},
  "erasures.withdraw": {},
  "erasures.placeLegalHold": { reason: "Matrix" },
  "access.assign": {},
  "access.grantProxy": { relationship: "parent", consent: { by: "patient", at: "2026-01-01T00:00:00Z" } },
  "access.breakGlass": { reason: "Unconscious on arrival" },
  "series.book": { ...booking, rule: "FREQ=WEEKLY;COUNT=3" },
  "series.cancel": {},
  "documents.register": { title: "Matrix", contentType: "application/pdf", size: 1, sha256: `${"A".repeat(43)}=` },
  "documents.complete": {},
  "records.write": note,
  "records.revise": note,
  "records.sign": {},
  "records.amend": { reason: "Matrix", record: note },
  "records.retract": { reason: "Matrix" },
};

const queries: Record<string, string> = {
  "availability.search": `?service=svc_${nothing}&from=${start}&to=2027-06-02T09:00:00Z`,
  "agenda.read": "?date=2027-06-01&zone=America/New_York&practitioners=prc_0000000000000000000000",
  "trail.exportCsv": `?from=${start}&to=2027-06-02T09:00:00Z`,
  "trail.exportNdjson": `?from=${start}&to=2027-06-02T09:00:00Z`,
  "appointments.list": `?patient=pat_${nothing}`,
};

const ids: Record<string, string> = {
  patientId: `pat_${nothing}`,
  practitionerId: `prc_${nothing}`,
  timeOffId: `off_${nothing}`,
  serviceId: `svc_${nothing}`,
  locationId: `loc_${nothing}`,
  resourceId: `res_${nothing}`,
  holdId: `hld_${nothing}`,
  waitlistId: `wtl_${nothing}`,
  appointmentId: `apt_${nothing}`,
  purpose: "research",
  proxyId: `pat_${nothing}`,
  seriesId: `ser_${nothing}`,
  recordId: `rec_${nothing}`,
  mergeId: `mrg_${nothing}`,
  exportId: `exp_${nothing}`,
  erasureId: `era_${nothing}`,
  feedId: `fed_${nothing}`,
  secret: "0".repeat(43),
  documentId: `doc_${nothing}`,
};

/** A request to a route that its schemas take. A new route that needs a body and has none here fails loudly. */
export function validInput(route: NamedRoute): { path: string; body?: unknown; headers: Record<string, string> } {
  if (route.body && !(route.name in bodies)) throw new Error(`test/support/inputs.ts has no body for ${route.name}`);
  const path =
    route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] as string) + (queries[route.name] ?? "");
  return { path, body: bodies[route.name], headers: route.ifMatch === "required" ? { "if-match": '"1"' } : {} };
}
