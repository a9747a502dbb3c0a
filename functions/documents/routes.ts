import * as z from "zod/mini";
import { label } from "../access/routes.ts";
import { route } from "../kernel/route.ts";
import { fields, id, instant, listOf, oneOf, page, paging, pattern, schema, text, whole } from "../kernel/schema.ts";

/** What a document may be (IANA media types). */
export const mediaTypes = [
  "application/pdf",
  "application/dicom",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  "image/jpeg",
  "image/png",
  "image/tiff",
  "text/plain",
] as const;

/** The most a document may weigh, in bytes. */
const largest = 5_000_000_000;
/** The most that is sent in one request, in bytes; what is heavier goes in parts. */
const wholeUpTo = 100_000_000;
/** How many bytes each part has but the last. S3 wants 5 MiB at least. */
export const partSize = 10 * 1024 * 1024;
/** How many addresses are given at a time. */
export const addressesAtOnce = 100;

const mostParts = Math.ceil(largest / partSize);
const checksum = pattern(/^[A-Za-z0-9+/]{43}=$/, "a SHA-256 in base64", 44);

const described = {
  title: text(200),
  contentType: oneOf(...mediaTypes),
  /** In bytes. */
  size: whole(1, largest),
  appointment: z.optional(id("apt")),
  labels: z.optional(listOf(label, 3)),
  /** When what it tells of happened; now, unless said. */
  occurredAt: z.optional(instant),
};

/** Up to 100 MB a document has one checksum, above that one for each of its parts. */
function isChecked({ size, sha256, parts }: { size: number; sha256?: string; parts?: readonly string[] }): boolean {
  const wanted = size > wholeUpTo ? Math.ceil(size / partSize) : undefined;
  return (sha256 === undefined) === (wanted !== undefined) && parts?.length === wanted;
}

export const documentFields = schema(() =>
  fields({ ...described, sha256: z.optional(checksum), parts: z.optional(listOf(checksum, mostParts, 1)) })
    .check(
      z.refine(isChecked, {
        error: `given up to ${wholeUpTo} bytes; above that parts instead, one for each ${partSize} bytes`,
        path: ["sha256"],
      }),
    )
    .register(z.globalRegistry, { id: "DocumentFields" }),
);

export const document = schema(() =>
  z
    .strictObject({
      id: id("doc"),
      patient: id("pat"),
      ...described,
      occurredAt: instant,
      /** In base64. Of a document in parts: the SHA-256 of their SHA-256s, a dash, and how many there are. */
      sha256: pattern(/^[A-Za-z0-9+/]{43}=(-\d{1,3})?$/, "a SHA-256 in base64", 48),
      status: oneOf("uploading", "stored"),
      /** What a virus scanner has said of it. */
      scan: oneOf("pending", "clean", "quarantined"),
      author: z.strictObject({ user: text(100), practitioner: z.optional(id("prc")) }),
      createdAt: instant,
      storedAt: z.optional(instant),
    })
    .register(z.globalRegistry, { id: "Document" }),
);

const address = text(4000);

/** One PUT that brings `size` bytes from `offset` on: with these headers, and no other of S3's. */
const put = schema(() =>
  z.strictObject({
    number: whole(1, mostParts),
    offset: whole(0, largest),
    size: whole(1, largest),
    url: address,
    signedHeaders: z.record(text(100), text(500)),
  }),
);

const params = fields({ patientId: id("pat") });
const one = fields({ patientId: id("pat"), documentId: id("doc") });
const writers = ["practitioner", "admin"] as const;
const readers = ["practitioner", "patient"] as const;

export const register = route({
  method: "POST",
  path: "/v1/patients/{patientId}/documents",
  summary: "Announce a document that is to be uploaded",
  description: `What is announced is what can be uploaded: this type, this length, these bytes. It has a day to be completed, or is forgotten. Up to ${wholeUpTo} bytes it is sent whole, and \`sha256\` is its checksum; what is heavier is sent in parts of ${partSize} bytes, and \`parts\` are theirs.`,
  allow: writers,
  shows: ["clinical"],
  audit: "document.register",
  vault: true,
  rights: { BatchGetItem: ["patient", "appointment", "key"], PutItem: ["document"] },
  objects: ["PutObject", "PutObjectTagging"],
  params,
  body: documentFields,
  answer: { status: 201, schema: document },
  refusals: { 422: ["unknown-appointment"] },
});

export const upload = route({
  method: "GET",
  path: "/v1/patients/{patientId}/documents/{documentId}/upload",
  summary: "Get the addresses to upload a document to",
  description: `Each is good for 15 minutes and for one PUT of the bytes announced, with its \`signedHeaders\` and the length \`size\`, all of which are signed. At most ${addressesAtOnce} come at once; \`next\` is the next request's \`from\`.`,
  allow: writers,
  shows: ["clinical"],
  action: "write",
  audit: "document.upload",
  vault: true,
  rights: { BatchGetItem: ["document", "key"] },
  objects: ["PutObject", "PutObjectTagging"],
  params: one,
  query: fields({
    from: z.optional(pattern(/^[1-9]\d{0,2}$/, "the number of a part", 3)),
  }),
  answer: {
    status: 200,
    schema: z.strictObject({
      expiresAt: instant,
      puts: listOf(put, addressesAtOnce),
      next: z.optional(text(3)),
    }),
  },
  refusals: { 409: ["already-stored"] },
});

export const complete = route({
  method: "POST",
  path: "/v1/patients/{patientId}/documents/{documentId}/complete",
  summary: "Say that a document has been uploaded",
  description:
    "`etags` are what S3 answered to each part, in their order; a document sent whole needs none. What does not look like the type announced is deleted. Completing twice changes nothing.",
  allow: writers,
  shows: ["clinical"],
  audit: "document.complete",
  vault: true,
  rights: {
    BatchGetItem: ["document", "key"],
    UpdateItem: ["document"],
    DeleteItem: ["document"],
    PutItem: ["event"],
  },
  objects: ["PutObject", "GetObject", "DeleteObject", "DeleteObjectVersion", "DeleteObjectTagging", "ListBucket"],
  params: one,
  body: fields({ etags: z.optional(listOf(text(100), mostParts)) }),
  answer: { status: 200, schema: document },
  refusals: { 409: ["not-uploaded"], 422: ["type-mismatch"] },
});

export const list = route({
  method: "GET",
  path: "/v1/patients/{patientId}/documents",
  summary: "List a patient's documents, newest first",
  allow: readers,
  shows: ["clinical"],
  audit: "document.list",
  vault: true,
  rights: { GetItem: ["key"], Query: ["document"] },
  params,
  query: fields({ ...paging }),
  answer: { status: 200, schema: page(document) },
});

export const read = route({
  method: "GET",
  path: "/v1/patients/{patientId}/documents/{documentId}",
  summary: "Read what is known of one document",
  allow: readers,
  shows: ["clinical"],
  audit: "document.read",
  vault: true,
  rights: { BatchGetItem: ["document", "key"] },
  params: one,
  answer: { status: 200, schema: document },
});

export const download = route({
  method: "GET",
  path: "/v1/patients/{patientId}/documents/{documentId}/download",
  summary: "Get the address to download a document from",
  description: "It is good for five minutes, and answers the document as an attachment of the type announced.",
  allow: readers,
  shows: ["clinical"],
  audit: "document.download",
  vault: true,
  rights: { BatchGetItem: ["document", "key"] },
  objects: ["GetObject"],
  params: one,
  answer: { status: 200, schema: z.strictObject({ url: address, expiresAt: instant }) },
  refusals: { 409: ["not-stored", "not-scanned", "quarantined"] },
});

export const routes = { register, upload, complete, list, read, download };
