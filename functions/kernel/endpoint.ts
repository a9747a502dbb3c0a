import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyResult } from "aws-lambda";
import type * as z from "zod/mini";
import { answerOf, problemAnswer } from "./answer.ts";
import { entriesFor, leaveEntries } from "./audit.ts";
import { callerOf, userOf } from "./caller.ts";
import { commitAll, type Write } from "./commit.ts";
import { addressOf, type Caller, type Exchange, type Input, nowOf, type Subject } from "./exchange.ts";
import { AlreadyDone, findDone, idempotencyKeyOf, rememberOnce } from "./idempotency.ts";
import { inputOf } from "./input.ts";
import type { Instant } from "./instant.ts";
import type { PatientKey } from "./keyring.ts";
import { logged } from "./log.ts";
import { ifMatchOf } from "./precondition.ts";
import { busy, Refusal } from "./problem.ts";
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
  /**
   * Makes the change: all the writes, the audit entry and the Idempotency-Key's record, or nothing. `answer` is what a
   * repeated request is answered with; where it is about a patient it is sealed with the patient's key.
   */
  commit: (writes: readonly Write[], done: Committed) => Promise<void>;
}

/** What a change is answered with, and what the audit trail says of it. */
interface Committed extends Pick<Subject, "target" | "overrode"> {
  answer: unknown;
  patient?: PatientKey | undefined;
}

type Handle<R extends Route> =
  R extends Route<infer Params, infer Query, infer Body, infer Answer>
    ? (ask: Ask<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<z.input<Answer>>
    : never;

/**
 * A route's Lambda handler. A request goes one straight way: token, input, membership, handler, audit, answer; a refusal
 * from anywhere is audited where a person's data was asked for, and becomes application/problem+json (RFC 9457).
 */
export function endpoint<R extends Route>(route: R, handle: Handle<R>) {
  return middy<Exchange, APIGatewayProxyResult>()
    .use(logged(route))
    .use(answered(route))
    .use(audited(route))
    .use(admitted(route))
    .handler((event: Exchange) => run(route, handle as Handle<Route>, event) as never);
}

type Middleware = MiddlewareObj<Exchange, unknown>;

/** Turns what the handler returned, or threw, into the HTTP answer. */
function answered(route: Route): Middleware {
  return {
    after: (request) => {
      request.response = answerOf(route, request.event, request.response === nothing ? undefined : request.response);
    },
    onError: (request) => {
      request.response = problemAnswer(request.event, request.error);
    },
  };
}

/** Leaves the audit entries of reads and refusals; changes have taken theirs along in their transaction. */
function audited(route: Route): Middleware {
  return {
    after: async ({ event }) => {
      const { written, subjects } = event.trace ?? { written: false, subjects: [] };
      if (route.audit && event.caller && (!written || subjects.length > 0))
        await leaveEntries(route, event, event.caller, { granted: true });
    },
    onError: async (request) => {
      const { event, error } = request;
      if (!route.audit || !event.caller || !(error instanceof Refusal) || error.kind === "busy") return;
      const outcome = { granted: false, code: error.code } as const;
      await leaveEntries(route, event, event.caller, outcome).catch((failure: Error) => {
        request.error = failure;
      });
    },
  };
}

/** Finds out who calls and what they ask, and refuses whom the route does not allow. */
function admitted(route: Route): Middleware {
  return {
    before: async ({ event }) => {
      if (route.allow !== "public") event.user = await userOf(event);
      event.input = inputOf(route, event);
      event.idempotencyKey = idempotencyKeyOf(route, event);
      event.ifMatch = ifMatchOf(route, event);
      event.trace = { subjects: subjectsIn(event.input), written: false };
      if (Array.isArray(route.allow)) event.caller = await callerOf(event, event.user as string, route);
    },
  };
}

/** The patient whom a request names in its path, query or body. */
function subjectsIn(input: Input): Subject[] {
  const named = { ...(input.body as object), ...(input.query as object), ...(input.params as object) } as Record<
    string,
    unknown
  >;
  const patient = named["patientId"] ?? named["patient"];
  return typeof patient === "string" && patient.startsWith("pat_") ? [{ patient }] : [];
}

/** What a handler that returns nothing answers with: middy takes undefined for no answer at all. */
const nothing = Symbol("nothing");

/**
 * Runs the handler. A POST whose key was used before is answered as then: its transaction finds the key's record and
 * throws AlreadyDone, or it is refused for what the first one did and the record is looked up before saying so.
 */
async function run(route: Route, handle: Handle<Route>, event: Exchange): Promise<unknown> {
  const key = event.idempotencyKey;
  try {
    return (await handle(askOf(route, event))) ?? nothing;
  } catch (error) {
    const done = key && event.caller ? await findDone(event, event.caller, key) : undefined;
    if (done) {
      const { patient } = done;
      event.trace = { subjects: patient ? [{ patient }] : [], written: false, replayed: true };
      return done.answer;
    }
    throw error instanceof AlreadyDone ? busy() : error;
  }
}

function askOf(route: Route, event: Exchange): Ask<never, never, never> {
  const { input, idempotencyKey: key, trace = { subjects: [], written: false } } = event;
  const caller = event.caller ?? ({ user: event.user } as Caller);
  const now = nowOf(event);
  return {
    ...(input as { params: never; query: never; body: never }),
    caller,
    now,
    ifMatch: event.ifMatch,
    address: addressOf(event),
    actAs: (who) => void Object.assign(event, { caller: who, user: who.user }),
    concerns: (...subjects) => void trace.subjects.push(...subjects),
    commit: async (writes, { target, overrode = [], ...done }) => {
      const about = { ...(target ? { target } : {}), ...(overrode.length > 0 ? { overrode } : {}) };
      const subject = { patient: done.patient?.patient, ...about };
      const once = key ? [await rememberOnce(event, caller, key, done, now)] : [];
      await commitAll([...once, ...writes, ...entriesFor(route, event, caller, [subject])]);
      trace.written = true;
      // Others whom the answer tells of, beside the one whose entry went along.
      trace.subjects = trace.subjects.filter(({ patient }) => patient && patient !== subject.patient);
    },
  };
}
