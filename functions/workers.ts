import type { Rights } from "./kernel/families.ts";
import type { Worker } from "./kernel/worker-contract.ts";
import { handsOver } from "./merges/routes.ts";

/** A worker with the file of its handler (`waitlist/offer`). */
export interface NamedWorker extends Worker {
  handler: string;
}

/**
 * Every worker. A shard of a DynamoDB stream feeds two readers at most, and the waitlist's is one: whoever wants events
 * as a third must get them from a reader that passes them on.
 */
const declared: readonly Worker[] = [
  {
    name: "waitlist.offer",
    summary: "Offers time that came free to those who wait for it",
    wakes: {
      events: [
        "appointment.cancelled",
        "appointment.rescheduled",
        "appointment.entered-in-error",
        "hold.released",
        "schedule.replaced",
        "time-off.removed",
        "practitioner.changed",
        "service.changed",
        "resource.added",
        "resource.changed",
        "policy.replaced",
        "waitlist.added",
        "waitlist.lapsed",
        "waitlist.due",
      ],
    },
    vault: true,
    rights: {
      GetItem: ["appointment", "clinic", "hold", "service", "waitlist"],
      BatchGetItem: ["clinic", "patient", "practitioner", "service", "schedule", "daybook", "appointment", "key"],
      Query: ["waitlist", "daybook", "resource"],
      UpdateItem: ["daybook"],
      PutItem: ["hold", "event", "waitlist", "due", "audit"],
      DeleteItem: ["waitlist"],
    },
  },
  {
    name: "waitlist.sweep",
    summary: "Takes back offers that have lapsed, and ends entries whose time has passed",
    wakes: { every: "1 minute" },
    rights: {
      GetItem: ["waitlist"],
      Query: ["due"],
      PutItem: ["waitlist", "due", "event", "audit"],
      UpdateItem: ["waitlist"],
      DeleteItem: ["waitlist", "due"],
    },
  },
  {
    name: "erasures.sweep",
    summary: "Carries out the erasures that two persons decided on",
    wakes: { every: "1 minute" },
    vault: true,
    objects: [
      "DeleteObject",
      "DeleteObjectVersion",
      "AbortMultipartUpload",
      "ListBucketVersions",
      "ListBucketMultipartUploads",
    ],
    rights: {
      GetItem: ["erasure", "key", "waitlist", "hold", "feed"],
      BatchGetItem: ["appointment", "index"],
      Query: [
        "due",
        "waitlist",
        "hold",
        "daybook",
        "record",
        "document",
        "export",
        "feed",
        "relation",
        "consent",
        "member",
        "merge",
        "key",
      ],
      PutItem: ["appointment", "waitlist", "due", "event", "audit"],
      UpdateItem: ["due", "erasure", "daybook", "hold", "waitlist"],
      DeleteItem: [
        "appointment",
        "consent",
        "daybook",
        "document",
        "due",
        "erasure",
        "export",
        "feed",
        "hold",
        "index",
        "key",
        "member",
        "merge",
        "record",
        "relation",
        "waitlist",
      ],
    },
  },
  {
    name: "merges.sweep",
    summary: "Hands over what is a merged patient's, and gives it back where that is undone",
    wakes: { every: "1 minute" },
    vault: true,
    rights: handsOver,
  },
  {
    name: "exports.write",
    summary: "Writes the archives in which patients take their data along",
    wakes: { every: "1 minute" },
    // Reads, encrypts and sends up to many gigabytes of files; 1769 MB are a whole processor.
    minutes: 15,
    memory: 1769,
    vault: true,
    objects: [
      "PutObject",
      "PutObjectTagging",
      "GetObject",
      "DeleteObject",
      "DeleteObjectVersion",
      "AbortMultipartUpload",
    ],
    rights: {
      GetItem: ["document", "export", "key", "patient", "clinic", "practitioner", "location", "service"],
      BatchGetItem: ["patient", "key", "consent", "appointment", "record"],
      Query: ["due", "record", "daybook", "document", "relation", "consent", "audit"],
      PutItem: ["event", "audit"],
      UpdateItem: ["export"],
      DeleteItem: ["due"],
    },
  },
  {
    name: "documents.scanned",
    summary: "Keeps what a virus scanner has said of a document",
    wakes: { scans: "every file" },
    rights: { GetItem: ["merge"], UpdateItem: ["document"], PutItem: ["event"] },
  },
  {
    name: "trail.seal",
    summary: "Links, signs and copies the audit trail, and tells what is odd in it",
    wakes: { trail: "every row" },
    seals: true,
    rights: {
      GetItem: ["seal"],
      BatchGetItem: ["audit", "chain", "clinic"],
      PutItem: ["chain", "seal", "watch", "event"],
      UpdateItem: ["seal", "watch"],
    },
  },
  {
    name: "trail.heartbeat",
    summary: "Signs for the audit trail as it stands, so that a missing end is missed",
    wakes: { every: "1 hour" },
    seals: true,
    rights: {
      GetItem: ["seal"],
      BatchGetItem: ["audit", "chain"],
      Query: ["seal"],
      PutItem: ["seal"],
      UpdateItem: ["seal"],
    },
  },
];

export const workers: readonly NamedWorker[] = declared.map((worker) => ({
  ...worker,
  handler: worker.name.replace(".", "/"),
}));

/** All that a worker's Lambda does to the tables: what it declares, and opening the clinic's keys. */
export function rightsOfWorker({ rights, vault }: Pick<Worker, "rights" | "vault">): Rights {
  return vault ? { ...rights, Query: [...new Set([...(rights.Query ?? []), "key" as const])] } : rights;
}
