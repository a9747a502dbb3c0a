import { accessExamples } from "./openapi-examples-access.ts";
import { documentExamples } from "./openapi-examples-documents.ts";
import { erasureExamples } from "./openapi-examples-erasures.ts";
import { exportExamples } from "./openapi-examples-exports.ts";
import { holdExamples } from "./openapi-examples-holds.ts";
import { mergeExamples } from "./openapi-examples-merges.ts";
import { recordExamples } from "./openapi-record-examples.ts";

const id = {
  patient: "pat_2x8J5mQwTzR7kVbN4cYpLd",
  practitioner: "prc_7hG2kLq9WvXs3TzB6nMdRf",
  service: "svc_4tRw8YpKc1VbNz5QxJm2Hg",
  location: "loc_8dFg5HjKl2ZxCv7BnMq4We",
  resource: "res_3rTy6UiOp9AsDf1GhJk5Lz",
  appointment: "apt_9fKd3LsPz6XwVq1TbRn8Mc",
  record: "rec_5mNb7VcXz2QwLk9JhGf4Ds",
  timeOff: "off_1qWe4RtYu7IoPa0SdFg3Hj",
  clinic: "cln_6yHn2UjMk8IlOp5QaZx3Ws",
  user: "c47824a8-9031-70b2-8f3e-5d1c2b6a7e90",
};

const kept = { version: 1, createdAt: "2026-11-20T16:04:11.250Z", updatedAt: "2026-11-20T16:04:11.250Z" };

const patient = {
  name: { family: "Okafor", given: ["Amara", "Ngozi"] },
  birthDate: "1984-02-29",
  gender: "female",
  phones: ["+12125550142"],
  emails: ["amara.okafor@example.org"],
  address: { lines: ["12 Linden Street"], city: "Albany", state: "NY", postalCode: "12207", country: "US" },
  mrn: "A-10294",
  language: "en-US",
  communication: { preferred: "email", reminders: { email: true, sms: false } },
};

const feed = { id: "fed_6pQs1TuVw4XyZa7BcDe0Fg", practitioner: id.practitioner, createdAt: kept.createdAt };

const practitioner = {
  name: { family: "Lindqvist", given: ["Johan"] },
  specialty: "Family medicine",
  specialties: [
    { system: "http://nucc.org/provider-taxonomy", code: "207Q00000X", display: "Family Medicine Physician" },
  ],
  locations: [id.location],
  email: "j.lindqvist@example.org",
  identifier: { system: "http://hl7.org/fhir/sid/us-npi", value: "1234567893" },
};

const service = {
  name: "Consultation",
  durationMinutes: 30,
  slotIntervalMinutes: 15,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 10,
  modality: "in-person",
  capacity: 1,
  practitioners: [id.practitioner],
  requires: [{ kind: "room", tags: ["examination"] }],
  policy: { minimumNoticeMinutes: 120 },
};

const managingOrganization = { name: "Riverside Health Partners" };

const location = {
  name: "Riverside, second floor",
  zone: "America/New_York",
  address: { lines: ["4 Mill Street"], city: "Albany", state: "NY", postalCode: "12207", country: "US" },
  phone: "+15185550142",
  managingOrganization,
};

const resource = { name: "Room 12", kind: "room", tags: ["examination", "ultrasound"], location: id.location };

const policy = {
  minimumNoticeMinutes: 60,
  horizonDays: 180,
  cancellationNoticeMinutes: 1440,
  rescheduleNoticeMinutes: 1440,
  maxUpcomingPerPatient: 5,
  holdMinutes: 10,
  offerMinutes: 120,
  staffMayOverride: ["too-soon", "too-far-ahead"],
};

const window = { days: ["mon", "tue", "thu"], start: "09:00", end: "17:00" };
const schedule = { zone: "America/New_York", windows: [window], exceptions: [{ date: "2026-12-25", closed: true }] };

const booking = {
  patient: id.patient,
  practitioner: id.practitioner,
  service: id.service,
  start: "2026-12-01T14:00:00Z",
  reason: "Sore throat",
};

const timeOff = { start: "2026-12-21T05:00:00Z", end: "2026-12-28T05:00:00Z", reason: "Holiday" };

const keptSchedule = { ...schedule, practitioner: id.practitioner, version: 2, updatedAt: kept.updatedAt };
const keptTimeOff = { ...timeOff, id: id.timeOff, practitioner: id.practitioner, createdAt: kept.createdAt };
const times = { start: "2026-12-25T14:00:00Z", end: "2026-12-25T14:30:00Z" };
const outside = { appointment: id.appointment, ...times, patient: id.patient };

/** An example of each component, by its id; every one fits its schema. The people are made up. */
export const examples: Record<string, unknown> = {
  PatientFields: patient,
  PatientPatch: { emails: ["a.okafor@example.org"], address: { postalCode: "12208" }, gender: null },
  Patient: { ...patient, id: id.patient, active: true, ...kept, attendance: { lateCancellations: 1, noShows: 0 } },
  PractitionerFields: practitioner,
  PractitionerPatch: { specialty: "Internal medicine" },
  Practitioner: { ...practitioner, id: id.practitioner, active: true, ...kept },
  ServiceFields: service,
  ServicePatch: { durationMinutes: 45 },
  Service: { ...service, id: id.service, active: true, ...kept },
  Organization: managingOrganization,
  LocationFields: location,
  LocationPatch: { name: "Riverside, third floor" },
  Location: { ...location, id: id.location, active: true, ...kept },
  ResourceFields: resource,
  ResourcePatch: { tags: ["examination"], location: null },
  Resource: { ...resource, id: id.resource, active: true, ...kept },
  PolicyFields: policy,
  Policy: { ...policy, version: 1, updatedAt: kept.updatedAt },
  ScheduleWindow: window,
  ScheduleFields: schedule,
  Schedule: keptSchedule,
  ScheduleChange: { ...keptSchedule, outside: [outside] },
  OutsideAppointment: outside,
  TimeOffFields: timeOff,
  TimeOff: keptTimeOff,
  TimeOffAdded: { ...keptTimeOff, outside: [outside] },
  BookingFields: booking,
  ...holdExamples,
  Appointment: {
    ...booking,
    id: id.appointment,
    status: "booked",
    end: "2026-12-01T14:30:00Z",
    resources: [id.resource],
    sequence: 0,
    ...kept,
  },
  CalendarFeedFields: { practitioner: id.practitioner },
  CalendarFeed: feed,
  NewCalendarFeed: feed,
  OpenSlot: { start: "2026-12-01T09:00:00-05:00", end: "2026-12-01T09:30:00-05:00", practitioner: id.practitioner },
  ...accessExamples(id),
  ...documentExamples(id),
  ...erasureExamples(id),
  ...mergeExamples(id),
  ...exportExamples(id),
  ...recordExamples(id),
  AuditEntry: {
    id: "2026-12-01T14:06:30.120Z#5b1c1f9e",
    at: "2026-12-01T14:06:30.120Z",
    action: "record.write",
    outcome: "granted",
    patient: id.patient,
    target: id.record,
    user: id.user,
    role: "practitioner",
    person: id.practitioner,
    from: "203.0.113.7",
    requestId: "5b1c1f9e-7b57-4a0c-9f0e-1c6f0f6f3a52",
  },
  Membership: {
    clinic: { id: id.clinic, name: "Riverside Family Practice", zone: "America/New_York" },
    role: "practitioner",
    person: id.practitioner,
  },
};
