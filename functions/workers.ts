import type { ObjectAction, Rights } from "./kernel/families.ts";

/**
 * A function that no request calls: the outbox wakes it, or the clock. Declared once, like a route; from it come the
 * Lambda, its role and what wakes it, in the cloud and on a laptop.
 */
export interface Worker {
  /** What it goes by; `waitlist.offer` is functions/waitlist/offer.ts. */
  name: `${string}.${string}`;
  /** One line for whoever meets the function in the console. */
  summary: string;
  /** `events`: outbox events of these types (`kernel/outbox.ts`). `every`: the clock. `trail`: whatever is done to the audit table. */
  wakes: { events: readonly `${string}.${string}`[] } | { every: "1 minute" | "1 hour" } | { trail: "every row" };
  rights: Rights;
  /** What it does to the files of documents; absent where it touches none. */
  objects?: readonly ObjectAction[];
  /** How long it may take, in minutes; 2 unless said. Lambda gives no more than 15. */
  minutes?: number;
  /** The memory it has, in MB, and processor time with it; 512 unless said. */
  memory?: number;
  /** Whether the handler opens or seals data, and so may ask KMS to unwrap the clinic's keys. */
  vault?: boolean;
  /** Whether it signs for the audit trail and writes the copy of it. */
  seals?: boolean;
}

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
      ],
      PutItem: ["appointment", "waitlist", "due", "event", "audit"],
      UpdateItem: ["erasure", "daybook", "hold", "waitlist"],
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
        "record",
        "relation",
        "waitlist",
      ],
    },
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
      GetItem: ["export", "key", "clinic", "practitioner", "location", "service"],
      BatchGetItem: ["patient", "key", "consent", "appointment"],
      Query: ["due", "record", "daybook", "document", "relation", "consent", "audit"],
      PutItem: ["event", "audit"],
      UpdateItem: ["export"],
      DeleteItem: ["due"],
    },
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
