import type { Resource } from "@medplum/fhirtypes";
import { findPlace } from "../documents/store.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Attendance, Patient } from "../patients/model.ts";
import type { ClinicalRecord } from "../records/model.ts";
import type { Archive } from "./archive.ts";
import { bundleOf, resourcesOf } from "./fhir.ts";
import { openFile } from "./files-store.ts";
import type { Gathered } from "./gathering-store.ts";
import type { Export } from "./model.ts";
import { pageOf } from "./page.ts";
import { findAccesses, findAppointments, findDocuments, findEntries, findNamed, type Source } from "./reading-store.ts";
import { readme } from "./readme.ts";

/** Of what an archive is made. */
export interface Material {
  asked: Export;
  patient: Patient;
  attendance: Attendance;
  source: Source;
  gathered: Gathered;
  now: Instant;
  /** Hears of each entry, appointment and file that is written. */
  step: () => Promise<void>;
}

/** Fills an archive and closes it. Every list is read anew for each file it goes into, so that none need be held. */
export async function fill(archive: Archive, material: Material): Promise<void> {
  const { gathered, source } = material;
  const { clinic, patient } = source.key;
  const counts: Record<string, number> = {};
  await archive.add("README.txt", [readme]);
  await archive.add("bundle.json", bundleOf(tallied(resourcesIn(material), counts), material.now));
  for (const [document, name] of gathered.files) {
    await archive.add(name, await openFile(await findPlace(clinic, patient, document)), { isCompressed: true });
    await material.step();
  }
  await archive.add("index.html", pageIn(material));
  await archive.add("manifest.json", [manifestOf(material, archive, counts)]);
  await archive.close();
}

function resourcesIn({ gathered, source, patient, step }: Material): AsyncGenerator<Resource> {
  return resourcesOf({
    ...gathered,
    patient,
    appointments: stepping(findAppointments(source), step),
    records: stepping(findEntries(source), step),
    documents: findDocuments(source),
  });
}

async function* stepping<Thing>(things: AsyncIterable<Thing>, step: () => Promise<void>): AsyncGenerator<Thing> {
  for await (const thing of things) {
    yield thing;
    await step();
  }
}

async function* tallied(resources: AsyncIterable<Resource>, counts: Record<string, number>): AsyncGenerator<Resource> {
  for await (const resource of resources) {
    counts[resource.resourceType] = (counts[resource.resourceType] ?? 0) + 1;
    yield resource;
  }
}

function pageIn({ asked, gathered, source, patient, attendance, now }: Material): AsyncGenerator<string> {
  const { clinic, files } = gathered;
  const told = {
    ...gathered,
    patient,
    attendance,
    recipient: asked.recipient,
    appointments: findAppointments(source),
    documents: findDocuments(source),
    entriesOf: (kind: ClinicalRecord["kind"]) => findNamed(source, gathered.entries.get(kind) ?? []),
    accesses: source.sight.relation === "self" ? findAccesses(source) : undefined,
  };
  return pageOf(told, { zone: asked.timeZone ?? clinic.zone, names: namesIn(gathered), files }, now);
}

/** What is called how, by id. */
function namesIn({ practitioners, locations, services }: Gathered): Map<string, string> {
  const people = practitioners.map(({ id, name }) => {
    const { text, given = [], family = "" } = name;
    return [id, text ?? [...given, family].join(" ").trim()] as const;
  });
  const others = [...services.values(), ...locations].map(({ id, name }) => [id, name] as const);
  return new Map<string, string>([...others, ...people]);
}

function manifestOf({ asked, gathered, now }: Material, archive: Archive, resources: Record<string, number>): string {
  const { id, patient, purpose, recipient } = asked;
  const about = { export: id, patient, purpose, recipient, writtenAt: now };
  return `${JSON.stringify({ ...about, resources, files: archive.packed, leftOut: gathered.withheld }, null, 2)}\n`;
}
