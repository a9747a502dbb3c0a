import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyResult } from "aws-lambda";
import { answerOf, problemAnswer } from "./answer.ts";
import type { Ask, Finish, Handle } from "./ask.ts";
import { entriesFor, leaveEntries } from "./audit.ts";
import { callerOf, userOf } from "./caller.ts";
import { commitAll } from "./commit.ts";
import { addressOf, type Caller, type Exchange, type Input, nowOf, type Subject } from "./exchange.ts";
import { AlreadyDone, findDone, idempotencyKeyOf, onceOf, rememberOnce } from "./idempotency.ts";
import { inputOf } from "./input.ts";
import { logged } from "./log.ts";
import { toldInstead } from "./merged.ts";
import { ifMatchOf } from "./precondition.ts";
import { busy, Refusal } from "./problem.ts";
import type { Route } from "./route.ts";

/**
 * A route's Lambda handler. A request goes one straight way: token, input, membership, handler, audit, answer; a refusal
 * from anywhere is audited where a person's data was asked for, and becomes application/problem+json (RFC 9457).
 * Where a change may be cut short after it was committed, `finish` completes it when the request is repeated.
 */
export function endpoint<R extends Route>(route: R, handle: Handle<R>, finish?: Finish<R>) {
  return middy<Exchange, APIGatewayProxyResult>()
    .use(logged(route))
    .use(answered(route))
    .use(audited(route))
    .use(admitted(route))
    .handler((event: Exchange) => run(route, handle as Handle<Route>, event, finish as Finish<Route>) as never);
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
async function run(
  route: Route,
  handle: Handle<Route>,
  event: Exchange,
  finish: Finish<Route> | undefined,
): Promise<unknown> {
  const key = event.idempotencyKey;
  try {
    return (await handle(askOf(route, event))) ?? nothing;
  } catch (error) {
    const done = key && event.caller ? await findDone(event, event.caller, key) : undefined;
    if (done) {
      const { patient } = done;
      event.trace = { subjects: patient ? [{ patient }] : [], written: false, replayed: true };
      return finish ? finish(done.answer, askOf(route, event)) : done.answer;
    }
    throw error instanceof AlreadyDone ? busy() : await toldInstead(error, event);
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
    judgedBy: (sees) => void Object.assign(event, { sees }),
    concerns: (...subjects) => void trace.subjects.push(...subjects),
    once: key ? onceOf(key) : "",
    mustBeFirst: async () => {
      if (key && (await findDone(event, caller, key))) throw new AlreadyDone();
    },
    commit: async (writes, { target, overrode = [], whose, others = [], isStep = false, ...done }) => {
      const about = { ...(target ? { target } : {}), ...(overrode.length > 0 ? { overrode } : {}) };
      const told = [{ patient: done.patient?.patient ?? whose, ...about }, ...others];
      const once = key && !isStep ? [await rememberOnce(event, caller, key, done, now)] : [];
      await commitAll([...once, ...writes, ...entriesFor(route, event, caller, told)]);
      trace.written = true;
      // Others whom the answer tells of, beside those whose entries went along.
      const isTold = (patient: string) => told.some((subject) => subject.patient === patient);
      trace.subjects = trace.subjects.filter(({ patient }) => patient && !isTold(patient));
    },
  };
}
