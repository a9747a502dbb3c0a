import type * as z from "zod/mini";
import type { Write } from "./commit.ts";
import type { Caller, Sees, Subject } from "./exchange.ts";
import type { Instant } from "./instant.ts";
import type { PatientKey } from "./patient-keys.ts";
import type { Route } from "./route.ts";

/** What a handler is given. */
export interface Ask<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  caller: Caller;
  /** When the gateway took the request. */
  now: Instant;
  /** The version the caller has seen, by If-Match. */
  ifMatch: number | undefined;
  /** The API's own address as the caller reached it: `https://api.example.org/live`. */
  address: string;
  /** Says for the audit trail and the log who asks, where a public route knows its caller by other means than a token. */
  actAs: (caller: Caller) => void;
  /** Names whose data this touches, for the audit trail; the patient of the path, query or body is named already. */
  concerns: (...subjects: Subject[]) => void;
  /** Says how it is told whether the caller may see a patient; asked only where one they named has become another. */
  judgedBy: (sees: Sees) => void;
  /**
   * Makes the change: all the writes, the audit entry and the Idempotency-Key's record, or nothing. `answer` is what a
   * repeated request is answered with; where it is about a patient it is sealed with the patient's key.
   */
  commit: (writes: readonly Write[], done: Committed) => Promise<void>;
  /** The request's Idempotency-Key, hashed; empty where there is none. */
  once: string;
  /**
   * Refuses to go on if the Idempotency-Key was used before, so that the answer will be as then. For changes that begin
   * before they commit; the others learn it from `commit`.
   */
  mustBeFirst: () => Promise<void>;
}

/** What a change is answered with, and what the audit trail says of it. */
interface Committed extends Pick<Subject, "target" | "overrode"> {
  answer: unknown;
  patient?: PatientKey | undefined;
  /** Whose data it is besides, for the audit trail. */
  others?: readonly Subject[];
  /** Whose data it is, where the answer is sealed with no patient's key. */
  whose?: string;
  /** Whether more is to follow before the request is done: then the Idempotency-Key is not yet remembered. */
  isStep?: boolean;
}

/** How a route is handled. */
export type Handle<R extends Route> =
  R extends Route<infer Params, infer Query, infer Body, infer Answer>
    ? (ask: Ask<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<z.input<Answer>>
    : never;

/** What is to be seen to before the answer of an earlier request is given again. */
export type Finish<R extends Route> =
  R extends Route<infer Params, infer Query, infer Body, infer Answer>
    ? (
        answer: z.output<Answer>,
        ask: Ask<z.output<Params>, z.output<Query>, z.output<Body>>,
      ) => Promise<z.input<Answer>>
    : never;
