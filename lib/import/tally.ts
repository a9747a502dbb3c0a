import { unanswered } from "./session.ts";

/** What came of the resources of one kind. */
export interface Count {
  found: number;
  created: number;
  existing: number;
  refused: number;
  failed: number;
}

/** Something said of several resources: how many, and one of them. */
export interface Remark {
  kind: string;
  reason: string;
  count: number;
  /** A resource's type and FHIR id, or a file's name and line. */
  example: string;
}

/** So many failures one after another mean that the API is gone: each has been tried for half a minute. */
const hopeless = 24;

/** What an import did, kept while it runs. */
export class Tally {
  readonly counts = new Map<string, Count>();
  readonly refusals = new Map<string, Remark>();
  readonly failures = new Map<string, Remark>();
  /** What was left out of resources that were created. */
  readonly omissions = new Map<string, Remark>();
  /** Types that the import does not take, with how many there are. */
  readonly untaken = new Map<string, number>();
  /** Why it ended early. */
  stopped: string | undefined;
  #failuresInARow = 0;

  expect(kind: string, found: number): void {
    if (found > 0) this.#of(kind).found += found;
  }

  created(kind: string): void {
    this.#of(kind).created += 1;
    this.#failuresInARow = 0;
  }

  existing(kind: string): void {
    this.#of(kind).existing += 1;
    this.#failuresInARow = 0;
  }

  refused(kind: string, reason: string, example: string): void {
    this.#of(kind).refused += 1;
    remark(this.refusals, kind, reason, example);
  }

  failed(kind: string, reason: string, example: string): void {
    this.#of(kind).failed += 1;
    remark(this.failures, kind, reason, example);
    this.#failuresInARow += 1;
    if (this.#failuresInARow >= hopeless) this.stopped = unanswered;
  }

  omitted(kind: string, reason: string, example: string): void {
    remark(this.omissions, kind, reason, example);
  }

  /** Whether all that could be done was done; a refusal with its reason is an answer, not a failure. */
  get isComplete(): boolean {
    return this.stopped === undefined && this.failures.size === 0;
  }

  #of(kind: string): Count {
    const count = this.counts.get(kind) ?? { found: 0, created: 0, existing: 0, refused: 0, failed: 0 };
    this.counts.set(kind, count);
    return count;
  }
}

function remark(remarks: Map<string, Remark>, kind: string, reason: string, example: string): void {
  const key = `${kind} ${reason}`;
  const seen = remarks.get(key) ?? { kind, reason, count: 0, example };
  remarks.set(key, { ...seen, count: seen.count + 1 });
}
