import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import { fields, id, instant, listOf, oneOf, schema, text } from "../kernel/schema.ts";
import { patient } from "../patients/routes.ts";

/** What is handed over, in this order. */
export const step = oneOf(
  "waitlist",
  "holds",
  "appointments",
  "records",
  "documents",
  "consents",
  "calendar-feeds",
  "access",
  "day-book",
);

/** Two patients who are one person: what is the one's becomes the other's. */
const patientMerge = schema(() =>
  z
    .strictObject({
      id: id("mrg"),
      /** Who is there no more. */
      from: id("pat"),
      /** Who stays. */
      into: id("pat"),
      status: oneOf("moving", "merged", "undoing", "undone"),
      reason: z.optional(text(500)),
      by: text(100),
      at: instant,
      undoUntil: instant,
      /** The steps that are done, on the way there or back. */
      done: listOf(step, 9),
      /** Whoever is there no more, as they were. */
      was: z.optional(patient),
    })
    .register(z.globalRegistry, { id: "Merge" }),
);

const ofMerge = fields({ mergeId: id("mrg") });
const about = {
  allow: ["admin", "front-desk"],
  // All of which goes over, and is told of where it stands in the way.
  shows: ["demographics", "agreements", "scheduling"],
  vault: true,
} as const;

export const merge = route({
  ...about,
  method: "POST",
  path: "/v1/patients/{patientId}/merge",
  summary: "Merge a patient into another who is the same person",
  description:
    "From then on the patient is answered 410 `patient-merged` with the other's id. All that is theirs becomes the other's within minutes, and is out of reach until then; the other's demographics stay as they are. It can be undone for 30 days.",
  audit: "patient.merge",
  rights: {
    BatchGetItem: ["patient", "key", "appointment"],
    Query: ["daybook"],
    PutItem: ["merge", "key", "due", "event"],
    UpdateItem: ["erasure"],
    DeleteItem: ["patient", "index", "key"],
  },
  params: fields({ patientId: id("pat") }),
  body: fields({ into: id("pat"), reason: text(500) }),
  answer: { status: 201, schema: patientMerge, location: "/v1/merges" },
  refusals: {
    409: ["appointments-overlap", "legal-hold", "erasure-open", "merge-open"],
    422: ["into-itself"],
  },
});

export const read = route({
  ...about,
  method: "GET",
  path: "/v1/merges/{mergeId}",
  summary: "See how far a merge is, and who was merged",
  audit: "merge.read",
  rights: { GetItem: ["merge"], BatchGetItem: ["merge", "key"] },
  params: ofMerge,
  answer: { status: 200, schema: patientMerge },
});

export const undo = route({
  ...about,
  method: "POST",
  path: "/v1/merges/{mergeId}/undo",
  summary: "Undo a merge within 30 days",
  description:
    "What was handed over goes back within minutes, as it is by then; what was written for the other since stays theirs.",
  audit: "merge.undo",
  rights: {
    GetItem: ["merge"],
    BatchGetItem: ["merge", "key"],
    PutItem: ["due", "event", "index"],
    UpdateItem: ["erasure", "merge"],
  },
  params: ofMerge,
  body: fields({}),
  answer: { status: 200, schema: patientMerge },
  refusals: {
    409: ["illegal-transition", "into-merged", "legal-hold", "erasure-open", "merge-open", "mrn-taken"],
    410: ["undo-over"],
  },
});

export const routes = { merge, read, undo };

/** What the worker does that hands over, or gives back. */
export const handsOver = {
  GetItem: ["appointment", "consent", "document", "feed", "hold", "merge", "record", "series", "waitlist"],
  BatchGetItem: ["appointment", "key", "merge", "relation"],
  Query: [
    "appointment",
    "consent",
    "daybook",
    "document",
    "due",
    "export",
    "feed",
    "hold",
    "member",
    "merge",
    "record",
    "relation",
    "waitlist",
  ],
  PutItem: [
    "appointment",
    "consent",
    "document",
    "event",
    "feed",
    "index",
    "key",
    "member",
    "merge",
    "patient",
    "record",
    "relation",
    "waitlist",
  ],
  UpdateItem: ["appointment", "daybook", "erasure", "feed", "hold", "member", "merge", "patient", "series", "waitlist"],
  DeleteItem: [
    "consent",
    "daybook",
    "document",
    "due",
    "erasure",
    "export",
    "feed",
    "hold",
    "key",
    "member",
    "merge",
    "patient",
    "record",
    "relation",
    "waitlist",
  ],
} as const;
