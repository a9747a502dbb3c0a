import { absent, check, put, remove, update, type Write } from "../kernel/commit.ts";
import { type Instant, sortable, toMs } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { happened } from "../kernel/outbox.ts";
import { openOf, type PatientKey, patientKey, patientKeyAt, sealOf } from "../kernel/patient-keys.ts";
import { busy } from "../kernel/problem.ts";
import { get, getAll, type Item, keyOf, query } from "../kernel/table.ts";
import { type Document, forgottenAt, type Place, type Upload, type Verdict } from "./model.ts";
import type { Judgement } from "./verdict.ts";

/** What is sealed of a document; what a scanner says of it lies beside, since a scanner holds no keys. */
export interface Sealed {
  document: Omit<Document, "scan">;
  upload: Upload;
}

/** A document with what it takes to change it, and where its file lies. */
export interface Found extends Upload {
  key: PatientKey;
  document: Document;
  /** What a scanner has said of a version of its file. */
  scanOf: (file: string) => Document["scan"];
  place: Place;
}

/** Versions of a row: announced, and stored. */
const [announced, kept] = [1, 2];

export const documentAt = (clinic: string, patient: string, document: string) =>
  keyOf("document", [clinic, patient], document);

/** A document; undefined if there is none, or it was not completed in time, whether or not its row still lies there. */
export async function findDocument(
  keyring: Keyring,
  { patientId, documentId }: { patientId: string; documentId: string },
  now: Instant,
): Promise<Found | undefined> {
  const keys = [documentAt(keyring.clinic, patientId, documentId), patientKeyAt(keyring.clinic, patientId)];
  const [item, keyRow] = await getAll(keys);
  const key = patientKey(keyring, patientId, keyRow);
  if (!item || !key) return undefined;
  const scanOf = (file: string) => scanIn(item, file);
  const place = placeOf(keyring.clinic, patientId, item);
  const found = { key, document: documentOf(key, item), scanOf, place, ...sealedOf(key, item).upload };
  const isForgotten = found.document.status === "uploading" && toMs(forgottenAt(found.document)) <= toMs(now);
  return isForgotten ? undefined : found;
}

/** Where a document's file lies: with whoever's it was when it was announced. */
function placeOf(clinic: string, patient: string, { sk, under }: Item): Place {
  return { clinic, patient: (under as string | undefined) ?? patient, document: sk };
}

/** The same, read by itself. @throws Error where there is no such document */
export async function findPlace(clinic: string, patient: string, document: string): Promise<Place> {
  const item = await get(documentAt(clinic, patient, document));
  if (!item) throw new Error("the document is gone");
  return placeOf(clinic, patient, item);
}

/** One page of a patient's stored documents, newest first: those uploading have no place in the index by date. */
export async function findRows(
  clinic: string,
  patient: string,
  after: Record<string, unknown> | undefined,
  limit: number,
) {
  return query(documentAt(clinic, patient, ""), { byDate: true, descending: true, after, limit });
}

export function documentOf(key: PatientKey, item: Item): Document {
  return { ...sealedOf(key, item).document, scan: scanIn(item, item["file"] as string | undefined) };
}

function sealedOf(key: PatientKey, item: Item): Sealed {
  return openOf(key, "document", item.sk, item["version"] as number, item["sealed"]);
}

function sealedAs(key: PatientKey, version: number, { scan: _, ...document }: Document, upload: Upload): Uint8Array {
  return sealOf(key, "document", document.id, version, { document, upload } satisfies Sealed);
}

/** The write that announces a document; DynamoDB drops its row unless it is completed. */
export function announcing(key: PatientKey, document: Document, upload: Upload): Write {
  const expires = Math.ceil(toMs(forgottenAt(document)) / 1000);
  return put(
    documentAt(key.clinic, key.patient, document.id),
    { version: announced, sealed: sealedAs(key, announced, document, upload), expires },
    absent(() => new Error("there is a document of that id")),
  );
}

/** The writes that make an announced document one of the patient's, its file being that version of it. */
export function storing(key: PatientKey, document: Document, file: string, now: Instant): Write[] {
  const { clinic, patient } = key;
  const { id, occurredAt } = document;
  return [
    update(
      documentAt(clinic, patient, id),
      "SET #at = :at, version = :kept, sealed = :sealed, #file = :file REMOVE #expires",
      {
        condition: "version = :announced",
        names: { "#at": "at", "#file": "file", "#expires": "expires" },
        values: {
          ":file": file,
          ":at": sortable(occurredAt),
          ":kept": kept,
          ":announced": announced,
          ":sealed": sealedAs(key, kept, document, {}),
        },
        // Another request completes it: asked again, it is complete.
        lost: () => busy(),
      },
    ),
    happened(clinic, "document.stored", { patient, document: id }, now),
  ];
}

/** The condition that a document is one of the patient's: its upload is complete, and it has not been deleted. */
export function standing({ clinic, patient }: PatientKey, id: string, lost: () => Error): Write {
  return check(documentAt(clinic, patient, id), { condition: "version = :kept", values: { ":kept": kept }, lost });
}

/** The write that forgets a document that was announced and is none. */
export function forgetting({ clinic, patient }: PatientKey, id: string): Write {
  return remove(documentAt(clinic, patient, id), {
    condition: "version = :announced",
    values: { ":announced": announced },
    lost: () => busy(),
  });
}

/** A scanner's verdict on a document that is not there, was already found bad, or of which that was said before. */
export class NothingToSay extends Error {
  override name = "NothingToSay";
}

/**
 * The writes that keep what a scanner has said of one version of a file, beside what it said of others: which of them is
 * the document's, completing it decides. Once quarantined, a version stays so.
 */
export function judging({ place, file, verdict }: Judgement, now: Instant): Write[] {
  const { clinic, patient, document } = place;
  return [
    update(documentAt(clinic, patient, document), "SET #scan = :scan ADD scans :one", {
      condition: "attribute_exists(pk) AND (attribute_not_exists(#scan) OR (#scan <> :scan AND #scan <> :quarantined))",
      names: { "#scan": verdictOn(file) },
      values: { ":one": 1, ":scan": verdict, ":quarantined": "quarantined" satisfies Verdict },
      lost: () => new NothingToSay(),
    }),
    happened(clinic, "document.scanned", { patient, document, scan: verdict }, now),
  ];
}

/** The attribute in which the verdict on a version of a file lies. */
const verdictOn = (file: string) => `scan:${file}`;

function scanIn(item: Item, file: string | undefined): Document["scan"] {
  if (file === undefined) return "pending";
  return (item[verdictOn(file)] as Verdict | undefined) ?? "pending";
}
