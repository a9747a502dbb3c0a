import * as z from "zod/mini";
import { coding, identifier } from "../kernel/datatypes.ts";
import { count, fields, id, instant, listOf, localDate, oneOf, schema, text } from "../kernel/schema.ts";
import { isUcum } from "./ucum.ts";

/* What an entry of the medical record holds, by kind (FHIR R4 Composition, Observation, Condition, ...). */

export const kinds = [
  "note",
  "observation",
  "condition",
  "allergy",
  "medication",
  "immunization",
  "procedure",
  "device",
  "document",
] as const;

/** What FHIR R4's DocumentReference.docStatus calls preliminary, final, amended and entered-in-error. */
export const state = oneOf("draft", "final", "amended", "entered-in-error");

/** What every entry may carry. */
const common = schema(() => ({
  /** The visit it belongs to. */
  appointment: z.optional(id("apt")),
  /** Another system's number. */
  identifier: z.optional(identifier),
  /** Why it is more private than the rest. */
  labels: z.optional(listOf(oneOf("mental-health", "sexual-health", "substance-use"), 3)),
}));

/** When it happened or was noticed; it cannot be changed once the entry is signed. */
const occurredAt = z.optional(instant);

const number = z.number({ error: "a number" });
const ucumExpected = "a UCUM code, such as mm[Hg] or 10*9/L";

/** An amount (FHIR R4 Quantity). `unit` is how it is shown; `code` is its UCUM code, and need not be given where `unit` is one. */
const quantity = schema(() =>
  fields({
    value: number,
    comparator: z.optional(oneOf("<", "<=", ">=", ">")),
    unit: text(50),
    code: z.optional(text(50).check(z.refine(isUcum, { error: ucumExpected }))),
  })
    .check(
      z.refine(({ unit, code }) => code !== undefined || isUcum(unit), {
        error: `${ucumExpected}, unless code is given`,
        path: ["unit"],
      }),
    )
    .register(z.globalRegistry, { id: "Quantity" }),
);

/** What is usual, in the unit of the quantity (FHIR R4 Observation.referenceRange). */
const referenceRange = schema(() =>
  fields({ low: z.optional(number), high: z.optional(number), text: z.optional(text(200)) })
    .check(
      z.refine(({ low, high, text: words }) => [low, high, words].some((end) => end !== undefined), {
        error: "at least one of low, high, text",
      }),
      z.refine(({ low = -Infinity, high = Infinity }) => low <= high, { error: "high not below low", path: ["high"] }),
    )
    .register(z.globalRegistry, { id: "ReferenceRange" }),
);

const measured = schema(() => ({
  code: coding,
  quantity: z.optional(quantity),
  text: z.optional(text(2000)),
  coded: z.optional(coding),
  referenceRanges: z.optional(listOf(referenceRange, 5, 1)),
  /** HL7 v3 ObservationInterpretation: low, high, normal, abnormal, critically so, positive, negative, indeterminate, susceptible ... */
  interpretation: z.optional(
    oneOf("L", "H", "LL", "HH", "N", "A", "AA", "<", ">", "POS", "NEG", "IND", "DET", "ND", "S", "I", "R"),
  ),
}));

type Measured = { [Name in "quantity" | "text" | "coded" | "components"]?: unknown };
const valuesOf = ({ quantity: amount, text: words, coded }: Measured) =>
  [amount, words, coded].filter((value) => value !== undefined).length;
const oneValue = { error: "exactly one of quantity, text, coded", path: ["quantity"] };

const component = schema(() =>
  fields(measured)
    .check(z.refine((part) => valuesOf(part) === 1, oneValue))
    .register(z.globalRegistry, { id: "ObservationComponent" }),
);

/** FHIR R4 ObservationCategoryCodes. */
const category = oneOf(
  "vital-signs",
  "laboratory",
  "exam",
  "imaging",
  "procedure",
  "survey",
  "social-history",
  "therapy",
  "activity",
);

const note = schema(() => ({ title: text(200), text: text(100_000), code: z.optional(coding) }));

/** A single value, or a panel: the parts that were measured together, such as both pressures of the blood. */
const observation = schema(() => ({
  ...measured,
  category: z.optional(category),
  components: z.optional(listOf(component, 50, 1)),
}));

const condition = schema(() => ({
  code: coding,
  clinicalStatus: z.optional(oneOf("active", "recurrence", "relapse", "inactive", "remission", "resolved")),
  verificationStatus: z.optional(
    oneOf("unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"),
  ),
  onsetAt: z.optional(instant),
  abatedAt: z.optional(instant),
}));

const allergy = schema(() => ({
  code: coding,
  clinicalStatus: z.optional(oneOf("active", "inactive", "resolved")),
  verificationStatus: z.optional(oneOf("unconfirmed", "confirmed", "refuted", "entered-in-error")),
  categories: z.optional(listOf(oneOf("food", "medication", "environment", "biologic"), 4)),
  criticality: z.optional(oneOf("low", "high", "unable-to-assess")),
  reactions: z.optional(listOf(coding, 20)),
}));

const medication = schema(() => ({
  code: coding,
  status: oneOf("active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"),
  dosage: z.optional(text(1000)),
  reason: z.optional(text(1000)),
}));

const immunization = schema(() => ({
  code: coding,
  status: oneOf("completed", "entered-in-error", "not-done"),
  lotNumber: z.optional(text(100)),
}));

const procedure = schema(() => ({
  code: coding,
  /** FHIR R4 EventStatus. */
  status: oneOf(
    "preparation",
    "in-progress",
    "not-done",
    "on-hold",
    "stopped",
    "completed",
    "entered-in-error",
    "unknown",
  ),
  performed: z.optional(
    fields({ start: instant, end: z.optional(instant) }).check(
      z.refine(({ start, end = start }) => Date.parse(start) <= Date.parse(end), {
        error: "an end not before the start",
        path: ["end"],
      }),
    ),
  ),
  bodySites: z.optional(listOf(coding, 10)),
  reason: z.optional(text(1000)),
}));

/** What a patient wears, uses at home or carries in the body (FHIR R4 Device); `code` is its type. */
const device = schema(() => ({
  code: coding,
  status: oneOf("active", "inactive", "entered-in-error", "unknown"),
  /** The unique device identifier: the maker's and model's, and the whole as it is printed to be read. */
  udi: z.optional(fields({ deviceIdentifier: text(100), carrier: z.optional(text(300)) })),
  lotNumber: z.optional(text(100)),
  serialNumber: z.optional(text(100)),
  manufactureDate: z.optional(localDate),
  expirationDate: z.optional(localDate),
}));

/** A document of the patient whose upload is complete. */
const document = schema(() => ({
  title: text(200),
  document: id("doc"),
  contentType: text(100),
  code: z.optional(coding),
}));

/** The schema of all kinds, each with these fields besides its own. */
// @__NO_SIDE_EFFECTS__
function entryWith<Shape extends z.core.$ZodLooseShape>(more: Shape) {
  const of = <const Kind extends (typeof kinds)[number], Own extends z.core.$ZodLooseShape>(kind: Kind, own: Own) =>
    fields({ kind: z.literal(kind, { error: `the kind ${kind}` }), ...own, ...common, ...more });
  return z.discriminatedUnion(
    "kind",
    [
      of("note", note),
      of("observation", observation).check(
        // A panel need have no value of its own.
        z.refine((seen: Measured) => valuesOf(seen) === 1 || (seen.components && valuesOf(seen) === 0), oneValue),
      ),
      of("condition", condition),
      of("allergy", allergy),
      of("medication", medication),
      of("immunization", immunization),
      of("procedure", procedure),
      of("device", device),
      of("document", document),
    ],
    { error: `an entry whose kind is ${kinds.join(", ")}` },
  );
}

/** What its author may say in an entry. */
export const recordFields = schema(() => entryWith({ occurredAt }).register(z.globalRegistry, { id: "RecordFields" }));

/** A new entry: signed by being written, unless it is to be a draft for now. */
export const newRecord = schema(() =>
  entryWith({ occurredAt, state: z.optional(oneOf("draft", "final")) }).register(z.globalRegistry, { id: "NewRecord" }),
);

/** Who writes: the user, and the practitioner where the user is one. */
export const author = z.strictObject({ user: text(100), practitioner: z.optional(id("prc")) });

/** An entry as it lies in the record. */
export const record = schema(() =>
  entryWith({
    id: id("rec"),
    patient: id("pat"),
    state,
    author,
    occurredAt: instant,
    /** Who amended or retracted it last, and why. */
    change: z.optional(z.strictObject({ by: author, reason: text(1000) })),
    version: count,
    createdAt: instant,
    updatedAt: instant,
  }).register(z.globalRegistry, { id: "Record" }),
);
