import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a Synthea export lies beside a checkout, if there is one; it is not part of the project. */
const folder = join(import.meta.dirname, "../../../shared/data/synthea-10");

/** A FHIR resource as far as the tests look at it. */
// biome-ignore lint/suspicious/noExplicitAny: whatever Synthea wrote
export type Raw = Record<string, any> & { resourceType: string; id: string };

export const isThere = () => existsSync(folder);

const kinds = [
  "Condition",
  "AllergyIntolerance",
  "MedicationRequest",
  "Immunization",
  "Procedure",
  "Device",
  "DocumentReference",
];

/** All resources of the patient who has some of every kind that the import takes, and the fewest of all. */
export async function leastPatient(): Promise<Raw[]> {
  const all = await readAll();
  const whose = ({ subject, patient }: Raw): string => (subject ?? patient)?.reference ?? "";
  const byPatient = Object.groupBy(all, whose);
  const [whole] = Object.entries(byPatient)
    .filter(([, its = []]) => kinds.every((kind) => its.some(({ resourceType }) => resourceType === kind)))
    .sort(([, a = []], [, b = []]) => a.length - b.length);
  if (!whole) throw new Error("no patient has something of every kind");
  const [reference, its = []] = whole;
  const patient = all.filter(({ resourceType, id }) => `${resourceType}/${id}` === reference);
  const ofType = (type: string) => all.filter(({ resourceType }) => resourceType === type);
  const named = (type: string, by: readonly Raw[]) => {
    const text = JSON.stringify(by);
    return ofType(type).filter(({ identifier }) => text.includes(identifier?.[0]?.value));
  };
  const practitioners = named("Practitioner", its);
  const numbers = JSON.stringify(practitioners);
  const roles = ofType("PractitionerRole").filter(({ practitioner }) =>
    numbers.includes(practitioner.identifier.value),
  );
  const locations = named("Location", [...its, ...roles]);
  const organizations = named("Organization", [...roles, ...locations]);
  return [...patient, ...organizations, ...locations, ...practitioners, ...roles, ...its];
}

/** Writes resources into a folder of their own, as an export of NDJSON has them. */
export async function writeNdjson(resources: readonly Raw[]): Promise<string> {
  const to = await mkdtemp(join(tmpdir(), "praxis-synthea-"));
  for (const [type, its = []] of Object.entries(Object.groupBy(resources, ({ resourceType }) => resourceType)))
    await writeFile(join(to, `${type}.ndjson`), its.map((each) => JSON.stringify(each)).join("\n"));
  return to;
}

async function readAll(): Promise<Raw[]> {
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) => text.split("\n").filter(Boolean)).map((line) => JSON.parse(line) as Raw);
}
