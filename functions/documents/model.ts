import type * as z from "zod/mini";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import { addressesAtOnce, type document, type documentFields, type mediaTypes, partSize } from "./routes.ts";

export type MediaType = (typeof mediaTypes)[number];
export type DocumentFields = z.output<typeof documentFields>;
export type Document = z.output<typeof document>;
/** What a scanner says in the end; until then a document is `pending`. */
export type Verdict = Exclude<Document["scan"], "pending">;

/** Where a file lies, as its key in the bucket names it. */
export interface Place {
  clinic: string;
  patient: string;
  document: string;
}

/** What is kept of an upload while it lasts. */
export interface Upload {
  /** S3's name for the upload of a document in parts. */
  id?: string;
  /** The SHA-256 of each part, in base64. */
  parts?: readonly string[];
}

/** How long an announced document may take until it is complete, in milliseconds: S3 forgets what is older than a day. */
const patience = 24 * 3_600_000;

/** When a document that is not complete is forgotten. */
export function forgottenAt({ createdAt }: Pick<Document, "createdAt">): Instant {
  return toInstant(toMs(createdAt) + patience);
}

/** A document as announced; it happened now unless said otherwise. `sha256`: of the whole, or of its parts together. */
export function announce(
  { parts: _, ...fields }: DocumentFields,
  { now, ...made }: Pick<Document, "id" | "patient" | "author" | "sha256"> & { now: Instant },
): Document {
  return { occurredAt: now, ...fields, ...made, status: "uploading", scan: "pending", createdAt: now };
}

export function store(seen: Document, now: Instant): Document {
  return { ...seen, status: "stored", storedAt: now };
}

/** A stretch of a document that one request brings. */
export interface Piece {
  number: number;
  offset: number;
  size: number;
  sha256: string;
}

/** The pieces to be sent, from one of them on, as many as are told at once; a document sent whole is one. */
export function piecesOf(
  { size, sha256 }: Pick<Document, "size" | "sha256">,
  { parts }: Upload,
  from: number,
): { pieces: Piece[]; next?: number } {
  const sums = parts ?? [sha256];
  const each = parts ? partSize : size;
  const pieces = sums
    .map((sum, place) => ({
      number: place + 1,
      offset: place * each,
      size: Math.min(each, size - place * each),
      sha256: sum,
    }))
    .slice(from - 1, from - 1 + addressesAtOnce);
  const next = from + pieces.length;
  return next <= sums.length ? { pieces, next } : { pieces };
}

const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/** What the first bytes of a type may be taken for. A Word document is a ZIP archive, and may show no more at once. */
const looks: Record<MediaType, readonly (string | undefined)[]> = {
  "application/pdf": ["application/pdf"],
  "application/dicom": ["application/dicom"],
  [word]: [word, "application/zip"],
  "image/jpeg": ["image/jpeg"],
  "image/png": ["image/png"],
  "image/tiff": ["image/tiff"],
  "text/plain": [undefined],
};

/** Whether a document's beginning, and what it was taken for, fit the type it was announced as. */
export function looksLike(declared: MediaType, taken: string | undefined, head: Uint8Array): boolean {
  return looks[declared].includes(taken) && (declared !== "text/plain" || isText(head));
}

function isText(head: Uint8Array): boolean {
  try {
    // As a stream, for the beginning may end within a letter.
    return !new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true }).includes("\0");
  } catch {
    return false;
  }
}

/** Why a document must not be given out, if it must not; with the gate, whatever no scanner has found clean. */
export function obstacleTo(
  { status, scan }: Pick<Document, "status" | "scan">,
  gate: boolean,
): { code: "not-stored" | "quarantined" | "not-scanned"; detail: string } | undefined {
  if (status !== "stored") return { code: "not-stored", detail: "Its upload is not complete." };
  if (scan === "quarantined") return { code: "quarantined", detail: "A virus scanner has found something in it." };
  return gate && scan !== "clean"
    ? { code: "not-scanned", detail: "No virus scanner has looked at it yet." }
    : undefined;
}

/** Refuses (409) a document that must not be given out. */
export function mustGiveOut(document: Pick<Document, "status" | "scan">, gate: boolean): void {
  const obstacle = obstacleTo(document, gate);
  if (obstacle) throw refuse("conflict", obstacle.code, obstacle.detail);
}

const extensions: Record<MediaType, string> = {
  "application/pdf": "pdf",
  "application/dicom": "dcm",
  [word]: "docx",
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/tiff": "tif",
  "text/plain": "txt",
};

/** What a download is called: its id, since the title would be read in the address and wherever that is logged. */
export function fileName({ id, contentType }: Pick<Document, "id" | "contentType">): string {
  return `${id}.${extensions[contentType]}`;
}
