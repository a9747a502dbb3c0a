import type { ObjectAction, Rights } from "./families.ts";

/**
 * A function that no request calls: the outbox wakes it, the clock, or a scanner. Declared once, like a route; from it
 * come the Lambda, its role and what wakes it, in the cloud and on a laptop.
 */
export interface Worker {
  /** What it goes by; `waitlist.offer` is functions/waitlist/offer.ts. */
  name: `${string}.${string}`;
  /** One line for whoever meets the function in the console. */
  summary: string;
  /**
   * `events`: outbox events of these types (`kernel/outbox.ts`). `every`: the clock. `trail`: whatever is done to the audit
   * table. `scans`: what GuardDuty Malware Protection for S3 says of the files of documents.
   */
  wakes:
    | { events: readonly `${string}.${string}`[] }
    | { every: "1 minute" | "1 hour" }
    | { trail: "every row" }
    | { scans: "every file" };
  rights: Rights;
  /** What it does to the files of documents; absent where it touches none. */
  objects?: readonly ObjectAction[];
  /** How long it may take, in minutes; 2 unless said: time for all that an outage left behind. Lambda gives no more than 15. */
  minutes?: number;
  /** The memory it has, in MB, and processor time with it; 512 unless said. */
  memory?: number;
  /** Whether the handler opens or seals data, and so may ask KMS to unwrap the clinic's keys. */
  vault?: boolean;
  /** Whether it signs for the audit trail and writes the copy of it. */
  seals?: boolean;
}
