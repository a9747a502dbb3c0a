import type { Appointment } from "../appointments/model.ts";
import type { Document } from "../documents/model.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Attendance, Patient } from "../patients/model.ts";
import type { ClinicalRecord } from "../records/model.ts";
import { escaped, type Reading, termsOf, timeIn } from "./html.ts";

/* The readable page of an archive: one file without scripts or anything from elsewhere. */

type Kind = ClinicalRecord["kind"];

/** What the page tells; the long lists are asked for when their section is written. */
export interface Told {
  clinic: { name: string };
  patient: Patient;
  attendance: Attendance;
  recipient?: string | undefined;
  appointments: AsyncIterable<Appointment>;
  documents: AsyncIterable<Document>;
  entriesOf: (kind: Kind) => AsyncIterable<ClinicalRecord>;
  consents: readonly object[];
  careTeam: readonly object[];
  proxies: readonly object[];
  /** Why a document's file is not in the archive. */
  withheld: readonly { document: string; why: string }[];
  /** Absent where they are not for the reader. */
  accesses?: AsyncIterable<object> | undefined;
}

const titles: Record<Kind, string> = {
  condition: "Conditions",
  allergy: "Allergies",
  medication: "Medications",
  immunization: "Immunizations",
  procedure: "Procedures",
  device: "Devices",
  observation: "Results",
  note: "Notes",
  document: "Entries about documents",
};

export async function* pageOf(told: Told, reading: Reading, now: Instant): AsyncGenerator<string> {
  yield headOf(told, reading, now);
  yield `<section><h2>About you</h2>${termsOf(about(told), reading)}</section>\n`;
  yield* section("Appointments", told.appointments, (visit) =>
    entry(timeIn(reading.zone, visit.start), bare(visit), reading),
  );
  for (const [kind, title] of Object.entries(titles) as [Kind, string][])
    yield* section(title, told.entriesOf(kind), (one) => entryOf(one, reading));
  yield* section("Documents", told.documents, (document) => entry(document.title, linked(document), reading));
  yield* section("Files left out", told.withheld, ({ document, why }) => entry(document, { why }, reading));
  yield* section("Consents", told.consents, (consent) => termsOf(consent, reading));
  yield* section("Care team", told.careTeam, (member) => termsOf(member, reading));
  yield* section("Who acts for you", told.proxies, (proxy) => termsOf(proxy, reading));
  if (told.accesses) {
    yield* section("Who looked at your data", told.accesses, (access) => termsOf(seen(access), reading));
  }
  yield "</main></body></html>\n";
}

function headOf({ clinic, recipient, patient }: Told, { zone }: Reading, now: Instant): string {
  const forWhom = recipient ? `<p>Made for: ${escaped(recipient)}</p>` : "";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>Health record</title><style>${style}</style></head>
<body><main><h1>Health record</h1>
<p>${escaped(clinic.name)}, as of ${escaped(timeIn(zone, now))} (${escaped(zone)})</p>${forWhom}
<p><small>${escaped(patient.id)}</small></p>
`;
}

function about({ patient, attendance }: Told) {
  const { id, version, ...rest } = patient;
  return { ...rest, attendance };
}

/** An appointment without what only the clinic's books need. */
function bare({ patient, resources, sequence, version, ...rest }: Appointment) {
  return rest;
}

/** An entry of the record under what it is about; what only the clinic's books need is left out. */
function entryOf(one: ClinicalRecord, reading: Reading): string {
  const { id, patient, kind, version, createdAt, updatedAt, author, ...rest } = one;
  const title = "title" in one ? one.title : (one.code.display ?? one.code.code);
  const by = author.practitioner ?? "The clinic";
  return entry(title, { ...rest, by, writtenAt: createdAt }, reading);
}

function entry(title: string, thing: object, reading: Reading): string {
  return `<h3>${escaped(title)}</h3>${termsOf(thing, reading)}`;
}

/** A document with its file, which is told by its id. */
function linked({ id, patient, author, status, ...rest }: Document) {
  return { ...rest, by: author.practitioner, file: id };
}

/** An access without where it came from: a patient sees who it was and what was done. */
function seen(access: object) {
  const { at, action, outcome, role, person, user } = access as Record<string, unknown>;
  return { at, action, outcome, role, by: person ?? user };
}

/** A section, or nothing where there is nothing to tell. */
async function* section<Thing>(
  title: string,
  things: Iterable<Thing> | AsyncIterable<Thing>,
  html: (thing: Thing) => string,
): AsyncGenerator<string> {
  let isOpen = false;
  for await (const thing of things) {
    if (!isOpen) yield `<section><h2>${escaped(title)}</h2>\n`;
    isOpen = true;
    yield `<article>${html(thing)}</article>\n`;
  }
  if (isOpen) yield "</section>\n";
}

const style = `
body { font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem }
article { border-top: 1px solid #ccc; padding: .5rem 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0 }
dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere } dt { color: #555 } h3 { margin: 0 }
ul { margin: 0; padding-left: 1rem } small { color: #555 }
@media print { article { break-inside: avoid } }
`;
