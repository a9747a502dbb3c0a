import type * as z from "zod/mini";
import { isShown } from "../access/rules.ts";
import type { Caller } from "../kernel/exchange.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { type InputError, refuse } from "../kernel/problem.ts";
import type { author, newRecord, record, recordFields } from "./kinds.ts";
import type { recordVersion } from "./routes.ts";

export type RecordFields = z.output<typeof recordFields>;
export type NewRecord = z.output<typeof newRecord>;
export type ClinicalRecord = z.output<typeof record>;
export type RecordVersion = z.output<typeof recordVersion>;
type Author = z.output<typeof author>;
type State = ClinicalRecord["state"];

/** Who looks at a record that they may see. */
export type Viewer = Parameters<typeof isShown>[1];

/**
 * Whether an entry is there for somebody who may see the patient's record: a draft is for its author alone, a labelled one
 * for those who may see the label. Whatever reads,
 * lists, sums up or changes entries asks here, and what is not visible does not exist.
 */
export function isVisible(entry: Pick<ClinicalRecord, "state" | "author" | "labels">, viewer: Viewer): boolean {
  return isShown(entry, viewer) && (entry.state !== "draft" || entry.author.user === viewer.user);
}

/** What an entry must be like to be listed; `code` is a code or `system|code`, of the entry or of a component. */
export interface Criteria {
  kind?: string | undefined;
  code?: string | undefined;
  appointment?: string | undefined;
}

export function matches(entry: ClinicalRecord, { kind, code, appointment }: Criteria): boolean {
  if (kind && entry.kind !== kind) return false;
  if (appointment && entry.appointment !== appointment) return false;
  return !code || codesOf(entry).some((its) => code === its.code || code === `${its.system}|${its.code}`);
}

function codesOf(entry: ClinicalRecord) {
  const parts = entry.kind === "observation" ? (entry.components ?? []) : [];
  return [entry.code, ...parts.map((part) => part.code)].filter((code) => code !== undefined);
}

/** The caller as the record names them. */
export function authorOf({ user, role, person }: Pick<Caller, "user" | "role" | "person">): Author {
  return { user, practitioner: role === "practitioner" ? (person as Author["practitioner"]) : undefined };
}

/** A new entry; it happened now unless said otherwise. */
export function write(
  { state = "final", ...fields }: NewRecord,
  { id, patient, by, now }: Pick<ClinicalRecord, "id" | "patient"> & { by: Author; now: Instant },
): ClinicalRecord {
  const kept = { id, patient, state, author: by, version: 1, createdAt: now, updatedAt: now };
  return weighed({ occurredAt: begunAt(fields) ?? now, ...fields, ...kept });
}

/** When it began, where that is told and nothing else is said of when it happened. */
function begunAt(fields: RecordFields | NewRecord): Instant | undefined {
  if (fields.kind === "condition") return fields.onsetAt;
  return fields.kind === "procedure" ? fields.performed?.start : undefined;
}

/** A draft, written anew. */
export function revise(seen: ClinicalRecord, fields: RecordFields, now: Instant): ClinicalRecord {
  const { id, patient, author, occurredAt, createdAt } = mustBe(seen, ["draft"], "draft");
  const kept = { id, patient, state: "draft", author, createdAt } as const;
  return weighed({ occurredAt, ...fields, ...kept, version: seen.version + 1, updatedAt: now });
}

/** A draft as part of the record. */
export function sign(seen: ClinicalRecord, now: Instant): ClinicalRecord {
  return { ...mustBe(seen, ["draft"], "final"), state: "final", version: seen.version + 1, updatedAt: now };
}

/** Refuses to throw away what is not a draft. */
export function mustBeDiscardable(seen: ClinicalRecord): void {
  mustBe(seen, ["draft"], "discarded");
}

interface Change {
  by: Author;
  reason: string;
  now: Instant;
}

/**
 * A signed entry, said better. Its kind and when it happened stay: they are where it lies in lists, and whoever is paging
 * through one must meet it once.
 */
export function amend(seen: ClinicalRecord, fields: RecordFields, { by, reason, now }: Change): ClinicalRecord {
  const { id, patient, author, occurredAt, createdAt, kind } = mustBe(seen, ["final", "amended"], "amended");
  const errors: InputError[] = [
    ...(fields.kind === kind ? [] : [fixed("kind")]),
    ...(toMs(fields.occurredAt ?? occurredAt) === toMs(occurredAt) ? [] : [fixed("occurredAt")]),
  ];
  if (errors.length > 0) throw refuse("unprocessable", "fixed-by-signing", { errors });
  const kept = { id, patient, author, occurredAt, createdAt };
  const changed = { state: "amended", change: { by, reason }, version: seen.version + 1, updatedAt: now } as const;
  return weighed({ ...fields, ...kept, ...changed });
}

function fixed(field: string): InputError {
  const path = `record.${field}`;
  return { path, expected: "as it was signed", message: `${path} should be as it was signed` };
}

/** A signed entry, declared entered in error. */
export function retract(seen: ClinicalRecord, { by, reason, now }: Change): ClinicalRecord {
  mustBe(seen, ["final", "amended"], "entered-in-error");
  const version = seen.version + 1;
  return { ...seen, state: "entered-in-error", change: { by, reason }, version, updatedAt: now };
}

/** Refuses (422) an entry of a visit that is not its patient's; `visit` is that appointment's row, where there is one. */
export function mustBeTheirs(
  { appointment, patient }: Pick<ClinicalRecord, "appointment" | "patient">,
  visit: Record<string, unknown> | undefined,
  path = "appointment",
): void {
  if (!appointment || visit?.["patient"] === patient) return;
  const expected = "an appointment of this patient";
  const errors = [{ path, expected, message: `${path} should be ${expected}` }];
  throw refuse("unprocessable", "unknown-appointment", { errors });
}

/** What the history says of a version. */
export function versionOf({ version, state, updatedAt: at, author: writer, change }: ClinicalRecord): RecordVersion {
  return { version, state, at, by: change?.by ?? writer, reason: change?.reason };
}

function mustBe(seen: ClinicalRecord, allowed: readonly State[], to: State | "discarded"): ClinicalRecord {
  if (allowed.includes(seen.state)) return seen;
  const detail = `An entry that is ${seen.state} cannot become ${to}.`;
  throw refuse("conflict", "illegal-transition", { detail, from: seen.state, to });
}

/** The most an entry may weigh, in bytes: DynamoDB counts its row twice, in the table and in the index by date, up to 400 KB. */
const heaviest = 195_000;

function weighed(entry: ClinicalRecord): ClinicalRecord {
  if (Buffer.byteLength(JSON.stringify(entry)) <= heaviest) return entry;
  throw refuse("too-large", "too-large", `An entry may weigh ${heaviest} bytes.`);
}
