import { expect, test } from "vitest";
import { mapAllergy, mapCondition } from "../../lib/import/map-condition.ts";
import { mapImmunization, mapMedication } from "../../lib/import/map-medication.ts";
import { mapProcedure } from "../../lib/import/map-procedure.ts";
import { coded, common, idOf, known, sent } from "./import-known.ts";

test("a condition says when it began and ended, and belongs to its visit", () => {
  const condition = {
    ...common,
    code: coded("59621000"),
    clinicalStatus: coded("resolved"),
    onsetDateTime: "2014-05-18T01:06:23-04:00",
  };
  expect(sent(mapCondition({ ...condition, abatementDateTime: "2015-03-01T00:08:25-05:00" }, known))).toMatchObject({
    kind: "condition",
    clinicalStatus: "resolved",
    occurredAt: "2014-05-18T05:06:23Z",
    abatedAt: "2015-03-01T05:08:25Z",
    appointment: idOf("apt"),
    identifier: { system: "urn:praxis:fhir:Condition", value: "r-1" },
  });
});

test.each([
  ["2014-05-18", "2014-05-18T12:00:00Z"],
  ["2014-05", "2014-05-01T12:00:00Z"],
  ["2014", "2014-01-01T12:00:00Z"],
])("the date %s stands for %s, and that is told", (onsetDateTime, occurredAt) => {
  const mapped = mapCondition({ ...common, code: coded("59621000"), onsetDateTime }, known);
  expect(sent(mapped).occurredAt).toBe(occurredAt);
  expect(mapped.notes).toEqual(["occurredAt: a date without a time became noon in UTC"]);
});

test("an entry whose visit was not imported is still sent, and that is told", () => {
  const elsewhere = {
    ...common,
    encounter: { reference: "Encounter/e-2" },
    code: coded("59621000"),
    onsetDateTime: "2014",
  };
  const mapped = mapCondition(elsewhere, known);
  expect(sent(mapped).appointment).toBeUndefined();
  expect(mapped.notes).toContain("appointment: its encounter was not imported");
});

test("an entry without a code, or of a patient who was not imported, is refused", () => {
  expect(() => mapCondition({ ...common, code: { text: "tired" } }, known)).toThrow("no-code");
  expect(() => mapCondition({ ...common, code: coded("1"), subject: { reference: "Patient/p-2" } }, known)).toThrow(
    "patient-not-imported",
  );
});

test("an allergy keeps its categories, criticality and coded reactions", () => {
  const reaction = [{ manifestation: [coded("247472004"), { text: "felt odd" }] }];
  const allergy = {
    id: "r-1",
    patient: common.subject,
    code: coded("111088007"),
    category: ["food"],
    criticality: "high",
    reaction,
    recordedDate: "2020-01-01T10:00:00Z",
  };
  const mapped = mapAllergy(allergy, known);
  expect(sent(mapped)).toMatchObject({
    kind: "allergy",
    categories: ["food"],
    criticality: "high",
    reactions: [{ code: "247472004" }],
  });
  expect(mapped.notes).toEqual(["reactions: without a code"]);
});

const request = { ...common, status: "active", intent: "order", authoredOn: "2020-01-01T10:00:00Z" };

test("a medication's dosage is in words, from its text or its dose and timing", () => {
  const dosageInstruction = [
    { text: "Take as needed." },
    {
      timing: { repeat: { frequency: 2, period: 1, periodUnit: "d" } },
      doseAndRate: [{ doseQuantity: { value: 1, unit: "tablet" } }],
    },
    { timing: { repeat: { frequency: 1, period: 6, periodUnit: "h" } }, asNeededBoolean: true },
  ];
  const medication = {
    ...request,
    medicationCodeableConcept: coded("1"),
    dosageInstruction,
    reasonReference: [{ display: "Anemia" }],
  };
  expect(sent(mapMedication(medication, known, new Map()))).toMatchObject({
    status: "active",
    reason: "Anemia",
    dosage: "Take as needed.; dose 1 tablet, 2 times per day; 1 time per 6 hours, as needed",
  });
});

test("a medication may be contained in the request, or another resource of the folder", () => {
  const contained = {
    ...request,
    contained: [{ id: "m", code: coded("11") }],
    medicationReference: { reference: "#m" },
  };
  const apart = { ...request, medicationReference: { reference: "Medication/m-1" } };
  const medications = new Map([["Medication/m-1", coded("22")]]);
  expect([contained, apart].map((one) => sent(mapMedication(one, known, medications)))).toMatchObject([
    { code: { code: "11" } },
    { code: { code: "22" } },
  ]);
});

test("what must not be taken, or is only proposed, is no medication of the patient's", () => {
  const medication = { ...request, medicationCodeableConcept: coded("1") };
  expect(() => mapMedication({ ...medication, doNotPerform: true }, known, new Map())).toThrow("do-not-perform");
  expect(() => mapMedication({ ...medication, intent: "proposal" }, known, new Map())).toThrow("intent-proposal");
});

test("a procedure says when it was performed, where on the body and why", () => {
  const procedure = {
    ...common,
    status: "completed",
    code: coded("430193006"),
    performedPeriod: { start: "2022-06-22T12:31:08-04:00", end: "2022-06-22T12:46:08-04:00" },
    bodySite: [coded("40983000"), { text: "arm" }],
    reasonReference: [{ reference: "Condition/c-1", display: "Anemia" }],
  };
  const mapped = mapProcedure(procedure, known);
  expect(sent(mapped)).toMatchObject({
    kind: "procedure",
    occurredAt: "2022-06-22T16:31:08Z",
    performed: { start: "2022-06-22T16:31:08Z", end: "2022-06-22T16:46:08Z" },
    bodySites: [{ code: "40983000" }],
    reason: "Anemia",
    identifier: { system: "urn:praxis:fhir:Procedure", value: "r-1" },
  });
  expect(mapped.notes).toEqual(["bodySites: without a code"]);
});

test("a procedure of one day says so once, and one without a date when it was imported", () => {
  const procedure = { ...common, status: "completed", code: coded("430193006") };
  const ofDay = mapProcedure({ ...procedure, performedDateTime: "2022-06-22" }, known);
  expect(sent(ofDay)).toMatchObject({ occurredAt: "2022-06-22T12:00:00Z" });
  expect(ofDay.notes).toEqual(["performed.start: a date without a time became noon in UTC"]);
  expect(sent(mapProcedure(procedure, known))).not.toHaveProperty("performed");
});

test("an immunization keeps its vaccine, lot and day", () => {
  const immunization = {
    id: "r-1",
    patient: common.subject,
    status: "completed",
    vaccineCode: coded("140"),
    lotNumber: "L1",
    occurrenceDateTime: "2020-01-01T10:00:00Z",
  };
  expect(sent(mapImmunization(immunization, known))).toMatchObject({
    kind: "immunization",
    lotNumber: "L1",
    occurredAt: "2020-01-01T10:00:00Z",
  });
});
