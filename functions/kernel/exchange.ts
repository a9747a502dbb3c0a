import type { APIGatewayProxyEvent } from "aws-lambda";
import { type Instant, toInstant } from "./instant.ts";
import type { Role } from "./route.ts";

/** Who calls: the signed-in user, in the clinic, with the role and as the person that the membership says. */
export interface Caller {
  user: string;
  clinic: string;
  role: Role;
  /** The practitioner's or patient's id, where the user is one. */
  person?: string;
  /** The break-glass grant under which they see a patient's data. */
  breakGlass?: string;
}

/** What a request asks, parsed by its route's schemas. */
export interface Input {
  params: unknown;
  query: unknown;
  body: unknown;
}

/** Whose data a request touched, and the thing itself where it is not the patient. */
export interface Subject {
  patient?: string;
  target?: string;
  /** Rules of booking that staff set aside. */
  overrode?: readonly string[];
  /** Whether the practitioner who looked bears the patient's family name. */
  namesake?: boolean;
}

/** What the audit trail will say of the request; `written` once a transaction has taken it along. */
export interface Trace {
  subjects: Subject[];
  written: boolean;
  /** Whether the answer is that of an earlier request with the same Idempotency-Key: nothing was changed again. */
  replayed?: boolean;
}

/** A request on its way through the middlewares, each adding what it found out. */
export interface Exchange extends APIGatewayProxyEvent {
  user?: string;
  input?: Input;
  idempotencyKey?: string | undefined;
  ifMatch?: number | undefined;
  caller?: Caller;
  trace?: Trace;
}

/**
 * The instant at which API Gateway took the request. All rules that ask for the time ask this one: it is the same for
 * every step of a request, and an answer never depends on how long a function took.
 */
export function nowOf(event: Exchange): Instant {
  return toInstant(event.requestContext.requestTimeEpoch);
}

/** What the gateway puts before a route's path: a stage's name, or nothing. */
export function stageOf({ path, requestContext }: Exchange): string {
  return requestContext.path.slice(0, -path.length);
}

/** The API's own address as the caller reached it: `https://api.example.org/live`. */
export function addressOf(event: Exchange): string {
  const { domainName = "" } = event.requestContext;
  const scheme = headerOf(event, "x-forwarded-proto") === "http" ? "http" : "https";
  return `${scheme}://${domainName}${stageOf(event)}`;
}

/** A request header's value, whatever the case of its name. */
export function headerOf(event: APIGatewayProxyEvent, name: string): string | undefined {
  const wanted = name.toLowerCase();
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- API Gateway sends null where there are no headers
  return Object.entries(event.headers ?? {}).find(([header]) => header.toLowerCase() === wanted)?.[1];
}
