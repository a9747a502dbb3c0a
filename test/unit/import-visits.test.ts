import { expect, test } from "vitest";
import * as z from "zod/mini";
import { routes as pastAppointments } from "../../functions/past-appointments/routes.ts";
import { mapEncounter } from "../../lib/import/map-encounter.ts";
import { coded, idOf, known } from "./import-known.ts";

const encounter = {
  id: "e-1",
  status: "finished",
  type: [coded("185349003")],
  subject: { reference: "Patient/p-1" },
  participant: [{ individual: { reference: "Practitioner/d-1" } }],
  period: { start: "2024-03-05T09:00:00-05:00", end: "2024-03-05T09:30:00-05:00" },
};

test("a finished encounter is a past visit, known by its official identifier or its id", () => {
  const official = { use: "official", system: "urn:visits", value: "V-1" };
  const account = { system: "urn:accounts", value: "A-1" };
  const bodies = [[account, official], [account]].map(
    (identifier) => mapEncounter({ ...encounter, identifier }, known).body,
  );
  expect(bodies.map((body) => z.parse(pastAppointments.record.body as z.core.$ZodType, body))).toMatchObject([
    {
      patient: idOf("pat"),
      practitioner: idOf("prc"),
      service: idOf("svc"),
      identifier: { system: "urn:visits", value: "V-1" },
    },
    {
      start: "2024-03-05T14:00:00Z",
      end: "2024-03-05T14:30:00Z",
      identifier: { system: "urn:praxis:fhir:Encounter", value: "e-1" },
    },
  ]);
});

test("a visit was where its first imported location is", () => {
  const [other, here] = ["Location/l-2", "Location/l-1"].map((reference) => ({ location: { reference } }));
  const mapped = mapEncounter({ ...encounter, location: [other, here] }, known);
  expect([mapped.body["location"], mapped.notes]).toEqual([idOf("loc"), []]);
  const elsewhere = mapEncounter({ ...encounter, location: [other] }, known);
  expect([elsewhere.body["location"], elsewhere.notes]).toEqual([undefined, ["location: was not imported"]]);
});

test("the primary performer is the practitioner, before the others who took part", () => {
  const participant = [
    { individual: { reference: "Practitioner/unknown" } },
    { type: [{ coding: [{ code: "PPRF" }] }], individual: { reference: "Practitioner/d-1" } },
  ];
  expect(mapEncounter({ ...encounter, participant }, known).body["practitioner"]).toBe(idOf("prc"));
});

test.each([
  [{ status: "planned" }, "encounter-planned"],
  [{ status: "cancelled" }, "encounter-cancelled"],
  [{ status: "Ana Souza came" }, "encounter-unknown"],
  [{ subject: { reference: "Patient/other" } }, "patient-not-imported"],
  [{ participant: [] }, "no-practitioner"],
  [{ participant: [{ individual: { reference: "Practitioner/other" } }] }, "practitioner-not-imported"],
  [{ period: { start: "2024-03-05T09:00:00Z" } }, "no-end"],
  [{ period: { start: "2024-03-05", end: "2024-03-06" } }, "time-of-day-unknown"],
  [{ period: { start: "2024-03-05T09:00:00Z", end: "2024-03-05T09:00:00Z" } }, "end-not-after-start"],
  [{ type: [] }, "no-type"],
])("an encounter with %j is refused: %s", (fields, reason) => {
  expect(() => mapEncounter({ ...encounter, ...fields }, known)).toThrow(reason);
});
