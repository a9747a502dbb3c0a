/**
 * Every kind of item, and the table it lies in. An item's partition key begins with its family's name, so a
 * Lambda's role can be confined to the families its route works on (`dynamodb:LeadingKeys`): the function that
 * answers a patient's demographics holds no right to that patient's records.
 */
export const families = {
  /** Who a signed-in user is, in which clinic: `MEMBER#<user>` / clinic; and who is a person: `MEMBER#<clinic>#<person>` / user. */
  member: { table: "clinic", prefix: "MEMBER" },
  /** A clinic's settings: `CLINIC#<clinic>` / `CLINIC`. */
  clinic: { table: "clinic", prefix: "CLINIC" },
  patient: { table: "clinic", prefix: "PATIENT" },
  /** Blind-index entries, and the marks that keep a value unique: `INDEX#<clinic>#<field>#<hmac>` / id. */
  index: { table: "clinic", prefix: "INDEX" },
  /** Rooms and devices: `RESOURCE#<clinic>` / id. */
  resource: { table: "clinic", prefix: "RESOURCE" },
  location: { table: "clinic", prefix: "LOCATION" },
  practitioner: { table: "clinic", prefix: "PRACTITIONER" },
  /** A practitioner's weekly schedule and time off: `SCHEDULE#<clinic>#<practitioner>`. */
  schedule: { table: "clinic", prefix: "SCHEDULE" },
  service: { table: "clinic", prefix: "SERVICE" },
  /** One item per bookable thing and UTC day: `DAYBOOK#<clinic>#<thing>` / date. */
  daybook: { table: "clinic", prefix: "DAYBOOK" },
  /** Times kept for a while: `HOLD#<clinic>#<hold>`; and each patient's places for two of them. */
  hold: { table: "clinic", prefix: "HOLD" },
  /** Who waits for a time, and the queue of those who do: `WAITLIST#<clinic>` / entry. */
  waitlist: { table: "clinic", prefix: "WAITLIST" },
  /** Who may read a calendar without signing in: `FEED#<hash of the address's secret>`. */
  feed: { table: "clinic", prefix: "FEED" },
  appointment: { table: "clinic", prefix: "APPOINTMENT" },
  /** A series of appointments, with all that its confirmation needs: `SERIES#<clinic>#<series>`. */
  series: { table: "clinic", prefix: "SERIES" },
  /** A patient's medical record, apart from the demographics: `RECORD#<clinic>#<patient>` / record id. */
  record: { table: "clinic", prefix: "RECORD" },
  /** Who stands in which relation to a patient: care team, proxies, break-glass: `RELATION#<clinic>#<patient>`. */
  relation: { table: "clinic", prefix: "RELATION" },
  /** What a patient agreed to, as it stands and every decision: `CONSENT#<clinic>#<patient>`. */
  consent: { table: "clinic", prefix: "CONSENT" },
  /** What is known of the files in a patient's record; the files lie in the bucket: `DOCUMENT#<clinic>#<patient>` / document id. */
  document: { table: "clinic", prefix: "DOCUMENT" },
  /** Erasures, and how a patient stands to it: `ERASURE#<clinic>` / erasure; `ERASURE#<clinic>#<patient>` / `STANDING`. */
  erasure: { table: "clinic", prefix: "ERASURE" },
  /** Merges of two patients into one: `MERGE#<clinic>` / merge; what each moved; and who became whom: `MERGE#<clinic>#<patient>` / `INTO`. */
  merge: { table: "clinic", prefix: "MERGE" },
  /** Exports: `EXPORT#<clinic>#<export>`; and which a patient has: `EXPORT#<clinic>#<patient>` / export. */
  export: { table: "clinic", prefix: "EXPORT" },
  /** The outbox: what happened, for whoever must hear of it. */
  event: { table: "clinic", prefix: "EVENT" },
  /** Reminders due, bucketed by minute; and, in order, when an entry of a waitlist is to be looked at again, an erasure or a merge carried out, an export written. */
  due: { table: "clinic", prefix: "DUE" },
  /** What an Idempotency-Key already brought about: `ONCE#<clinic>#<user>` / hash of the key. */
  once: { table: "clinic", prefix: "ONCE" },
  /** What the audit trail's watch has counted and told: `WATCH#<clinic>#<user>`. */
  watch: { table: "clinic", prefix: "WATCH" },
  /** Wrapped data keys, of clinics and of patients. */
  key: { table: "keys", prefix: "KEY" },
  /** Who looked at or changed what, whose and when. */
  audit: { table: "audit", prefix: "AUDIT" },
  /** What holds the audit trail's entries in order: `CHAIN#<clinic>` / the entry's sort key. */
  chain: { table: "audit", prefix: "CHAIN" },
  /** How far a clinic's chain has come, and who signed for it: `SEAL#<clinic>` / instant, or HEAD. */
  seal: { table: "audit", prefix: "SEAL" },
} as const satisfies Record<string, { table: TableName; prefix: string }>;

export type TableName = "clinic" | "keys" | "audit";
export type Family = keyof typeof families;

/** The DynamoDB actions a role may hold; the members of a transaction count one by one. */
export type DynamoAction =
  | "GetItem"
  | "BatchGetItem"
  | "Query"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "ConditionCheckItem"
  | "BatchWriteItem";

/** The S3 actions a role may hold on the bucket of documents, by their names in IAM. */
export const objectActions = [
  "PutObject",
  "PutObjectTagging",
  "GetObject",
  "DeleteObject",
  "DeleteObjectVersion",
  "DeleteObjectTagging",
  "AbortMultipartUpload",
  "ListBucket",
  "ListBucketVersions",
  "ListBucketMultipartUploads",
] as const;
export type ObjectAction = (typeof objectActions)[number];

/** What a route does to the tables: each action with the families it may be done to. */
export type Rights = Partial<Record<DynamoAction, readonly Family[]>>;
