import { createHash } from "node:crypto";
import { absent, put, type Write } from "./commit.ts";
import { type Caller, type Exchange, headerOf } from "./exchange.ts";
import { invalid } from "./input.ts";
import { type Instant, toMs } from "./instant.ts";
import { openFor, openKeyring, sealFor } from "./keyring.ts";
import { findClosedKey, findPatientKey, openOf, type PatientKey, sealOf } from "./patient-keys.ts";
import { missing, refuse } from "./problem.ts";
import type { Route } from "./route.ts";
import { get, type Key, keyOf } from "./table.ts";

/** How long what a key brought about is remembered, in days. */
const remembered = 30;

/** Thrown by a transaction whose key was used before; the endpoint answers as it was answered then. */
export class AlreadyDone extends Error {
  override name = "AlreadyDone";
}

/** The request's Idempotency-Key; every POST needs one (draft-ietf-httpapi-idempotency-key-header). */
export function idempotencyKeyOf(route: Pick<Route, "method">, event: Exchange): string | undefined {
  if (route.method !== "POST") return undefined;
  const key = headerOf(event, "idempotency-key");
  if (key && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const expected = "1 to 255 visible ASCII characters, new for each thing to be done";
  const refusal = invalid([
    { path: "Idempotency-Key", expected, message: `the header Idempotency-Key should be ${expected}` },
  ]);
  throw refuse("invalid", "idempotency-key-required", refusal.details);
}

/** Where a key's record lies: under the clinic and the caller, so that nobody meets another's keys. */
function recordAt({ clinic, user }: Caller, key: string): Key {
  return keyOf("once", [clinic, user], onceOf(key));
}

/** What a key goes by in the tables. */
export function onceOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}

/** The request's fingerprint; it is kept sealed, so that nobody can guess a body and see whether it was that. */
function fingerprint(event: Exchange): string {
  const asked = JSON.stringify([event.httpMethod, event.path, event.input?.body]);
  return createHash("sha256").update(asked).digest("base64url");
}

/** What is sealed of a request and what it brought about. */
interface Remembered {
  request: string;
  answer: unknown;
}

/** The write that remembers, in the effect's own transaction, what a key brought about: the answer, sealed. */
export async function rememberOnce(
  event: Exchange,
  caller: Caller,
  key: string,
  done: Done,
  now: Instant,
): Promise<Write> {
  const keyring = await openKeyring(caller.clinic);
  const at = recordAt(caller, key);
  const { patient } = done;
  const kept: Remembered = { request: fingerprint(event), answer: done.answer };
  const sealed = patient ? sealOf(patient, "once", at.sk, 0, kept) : sealFor(keyring, "once", at.sk, 0, kept);
  const expires = Math.ceil(toMs(now) / 1000) + remembered * 86_400;
  const attributes = { patient: patient?.patient, sealed, expires };
  return put(
    at,
    attributes,
    absent(() => new AlreadyDone()),
  );
}

export interface Done {
  answer: unknown;
  /** The key of the patient whom the answer is about, where it is about one. */
  patient?: PatientKey | undefined;
}

/** What the key brought about before, if anything; the same key with another request is refused (422). */
export async function findDone(
  event: Exchange,
  caller: Caller,
  key: string,
): Promise<{ answer: unknown; patient?: string } | undefined> {
  const at = recordAt(caller, key);
  const [keyring, record] = await Promise.all([openKeyring(caller.clinic), get(at)]);
  if (!record) return undefined;
  const patient = record["patient"] as string | undefined;
  if (!patient) return { answer: answerOf(event, openFor(keyring, "once", at.sk, 0, record["sealed"])) };
  const patients = (await findPatientKey(keyring, patient)) ?? (await findClosedKey(keyring, patient));
  // What it brought about was about somebody who has been erased: there is nothing left to repeat, or to do again.
  if (!patients) throw missing();
  return { patient, answer: answerOf(event, openOf(patients, "once", at.sk, 0, record["sealed"])) };
}

function answerOf(event: Exchange, { request, answer }: Remembered): unknown {
  if (request === fingerprint(event)) return answer;
  throw refuse("unprocessable", "idempotency-key-reused", "This Idempotency-Key was used for another request.");
}
