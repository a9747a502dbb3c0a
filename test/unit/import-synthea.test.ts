import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { locationFields } from "../../functions/locations/routes.ts";
import { routes as pastAppointments } from "../../functions/past-appointments/routes.ts";
import { patientFields } from "../../functions/patients/routes.ts";
import { practitionerFields } from "../../functions/practitioners/routes.ts";
import { recordFields } from "../../functions/records/kinds.ts";
import { serviceFields } from "../../functions/services/routes.ts";
import { entries, type Kind, people, visits } from "../../lib/import/kinds.ts";
import type { Places } from "../../lib/import/map-location.ts";
import { mapService } from "../../lib/import/map-practitioner.ts";
import { type Mapped, Unmappable } from "../../lib/import/mapped.ts";
import { readNdjson } from "../../lib/import/read-ndjson.ts";
import { Known } from "../../lib/import/references.ts";
import { heldTypes, type Survey, survey } from "../../lib/import/survey.ts";

// The data set lies beside a checkout, where there is one; it is not part of the project.
const folder = join(import.meta.dirname, "../../../shared/data/synthea-10");

const pastVisit = pastAppointments.record.body as z.core.$ZodType;
const contract: Record<string, [prefix: string, schema: z.core.$ZodType]> = {
  Patient: ["pat", patientFields],
  Location: ["loc", locationFields],
  Practitioner: ["prc", practitionerFields],
  Encounter: ["apt", pastVisit],
};

/** What was brought along within others. */
const held = new Set<string>();

const ids = Array(10_000).keys();
const idOf = (prefix: string) => `${prefix}_${String(ids.next().value).padStart(22, "0")}`;

/** Maps all that the folder holds of a kind: how many fit the contract, and every reason why one does not. */
async function mapAll(kind: Kind, found: Survey & Places, known: Known) {
  const [prefix, schema] = contract[kind.type] ?? ["rec", recordFields];
  const outcomes: Record<string, number> = {};
  const count = (outcome: string) => (outcomes[outcome] = (outcomes[outcome] ?? 0) + 1);
  for (const file of found.files.get(kind.type) ?? []) {
    for await (const { resource } of readNdjson(file)) {
      const mapped = attempt(() => kind.map(resource, known, found));
      if (typeof mapped === "string") count(mapped);
      else {
        const fitting = z.safeParse(schema, JSON.parse(JSON.stringify(mapped.body)));
        count(
          fitting.success ? "fits" : JSON.stringify(fitting.error.issues.map(({ path, message }) => [path, message])),
        );
        for (const note of mapped.notes) count(note);
        for (const { name } of mapped.within ?? []) held.add(name);
        known.remember(mapped.keys ?? [], idOf(prefix));
      }
    }
  }
  return outcomes;
}

function attempt(map: () => Mapped): Mapped | string {
  try {
    return map();
  } catch (error) {
    if (error instanceof Unmappable) return error.reason;
    throw error;
  }
}

test("every resource of a Synthea export becomes a request that the contract takes", async ({ skip }) => {
  skip(!existsSync(folder), "there is no Synthea export beside this checkout");
  const seen = await survey(folder, (reason, at) => expect.fail(`${reason} ${at}`));
  const found = { ...seen, zone: "America/Chicago" };
  const known = new Known();
  for (const [code, name] of found.services) {
    const { body, keys } = mapService(code, name);
    expect(z.safeParse(serviceFields, body).success).toBe(true);
    known.remember(keys ?? [], idOf("svc"));
  }
  const outcomes: Record<string, unknown> = { services: found.services.size };
  for (const kind of [...people, ...visits, ...entries]) outcomes[kind.type] = await mapAll(kind, found, known);
  expect(outcomes).toEqual({
    services: 27,
    Patient: { fits: 13 },
    Location: { fits: 44 },
    Practitioner: { fits: 43 },
    Encounter: { fits: 1215 },
    Condition: { fits: 555 },
    AllergyIntolerance: { fits: 11 },
    MedicationRequest: { fits: 1745 },
    Immunization: { fits: 161 },
    Procedure: { fits: 2056 },
    Device: { fits: 16, "occurredAt: no date; the time of the import stands for it": 16 },
    DocumentReference: { fits: 1215 },
  });
  expect(held.size).toBe(43 + 43);
  expect(found.held.filter(({ name }) => !held.has(name))).toEqual([]);
  const types = [...people, ...visits, ...entries].map(({ type }) => type);
  expect([...found.counts.keys()].filter((type) => !types.includes(type))).toEqual(heldTypes);
});
