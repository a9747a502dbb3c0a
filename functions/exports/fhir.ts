import type { Resource } from "@medplum/fhirtypes";
import type { Appointment } from "../appointments/model.ts";
import type { Document } from "../documents/model.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Location } from "../locations/model.ts";
import type { Patient } from "../patients/model.ts";
import type { Practitioner } from "../practitioners/model.ts";
import type { ClinicalRecord } from "../records/model.ts";
import { type Acting, type Agreed, type Assigned, careTeamOf, consentOf, relatedPersonOf } from "./fhir-agreements.ts";
import { type Beside, documentOf, resourceOf } from "./fhir-entries.ts";
import { type ClinicName, locationOf, organizationOf, patientOf, practitionerOf, roleOf } from "./fhir-people.ts";
import { type Around, appointmentOf, encounterOf } from "./fhir-visits.ts";

/** Things that may be too many to be held at once. */
type Stream<Thing> = Iterable<Thing> | AsyncIterable<Thing>;

/** All that is exported of a patient. */
export interface Exported extends Around, Beside {
  clinic: ClinicName;
  patient: Patient;
  practitioners: readonly Practitioner[];
  locations: readonly Location[];
  consents: readonly Agreed[];
  careTeam: readonly Assigned[];
  proxies: readonly Acting[];
  appointments: Stream<Appointment>;
  records: Stream<ClinicalRecord>;
  documents: Stream<Document>;
}

/** A patient's data as FHIR R4 resources, one by one; drafts are their author's alone, and are left out. */
export async function* resourcesOf(exported: Exported): AsyncGenerator<Resource> {
  const { clinic, patient, practitioners, locations, consents, careTeam, proxies } = exported;
  yield patientOf(patient, clinic);
  yield organizationOf(clinic);
  yield* practitioners.map(practitionerOf);
  yield* practitioners.flatMap((practitioner) => roleOf(practitioner, clinic) ?? []);
  yield* locations.map((location) => locationOf(location, clinic));
  if (careTeam.length > 0) yield careTeamOf(patient.id, careTeam);
  yield* proxies.map((proxy) => relatedPersonOf(patient.id, proxy));
  yield* consents.map((consent) => consentOf(patient.id, consent));
  for await (const appointment of exported.appointments) {
    yield appointmentOf(appointment, exported);
    if (exported.visits.has(appointment.id)) yield encounterOf(appointment, exported);
  }
  for await (const entry of exported.records) if (entry.state !== "draft") yield resourceOf(entry, exported);
  for await (const document of exported.documents) yield documentOf(document, exported);
}

/** Where resources are said to be, so that one finds the other in its Bundle: nowhere that could be asked (RFC 6761). */
const base = "https://praxis.invalid/fhir";

/** Resources as the text of a FHIR R4 Bundle of the type collection, piece by piece. */
export async function* bundleOf(resources: AsyncIterable<Resource>, now: Instant): AsyncGenerator<string> {
  let mark = `{"resourceType":"Bundle","type":"collection","timestamp":${JSON.stringify(now)},"entry":[\n`;
  for await (const resource of resources) {
    const fullUrl = `${base}/${resource.resourceType}/${resource.id}`;
    yield mark + JSON.stringify({ fullUrl, resource });
    mark = ",\n";
  }
  yield "\n]}\n";
}
