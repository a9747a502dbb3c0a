/** The kinds of refusal, and the HTTP status each is answered with (RFC 9110). */
export const statusOf = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  gone: 410,
  stale: 412,
  "too-large": 413,
  "unsupported-media-type": 415,
  unprocessable: 422,
  "precondition-required": 428,
  unexpected: 500,
  busy: 503,
} as const;

export type RefusalKind = keyof typeof statusOf;

/** One thing wrong with a request: where, and what was expected there. Never the value that came. */
export interface InputError {
  path: string;
  expected: string;
  message: string;
}

/** Why one occurrence of a series cannot be booked. */
export interface Conflict {
  /** Its number, from one, of how many, and when it would start. */
  occurrence: number;
  of: number;
  start: string;
  code: string;
}

/** What a problem may tell besides its code. None of it may hold a person's data. */
export interface ProblemDetails {
  detail?: string;
  errors?: InputError[];
  /** The occurrences of a series that cannot be booked, all of them. */
  conflicts?: readonly Conflict[];
  /** The id of what is there already. */
  existing?: string;
  /** Who a patient has become, and by which merge. */
  patient?: string;
  merge?: string;
  /** The appointments that stand in the way. */
  appointments?: readonly string[];
  /** The states that an illegal transition names. */
  from?: string;
  to?: string;
  /** The first day on which it is no longer refused. */
  until?: string;
  /** Seconds after which to try again. */
  retryAfter?: number;
}

/** A request refused for a reason its sender can act on. */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  readonly code: string;
  readonly details: ProblemDetails;

  constructor(kind: RefusalKind, code: string, details: ProblemDetails = {}) {
    super(code);
    this.name = "Refusal";
    this.kind = kind;
    this.code = code;
    this.details = details;
  }
}

export function refuse(kind: RefusalKind, code: string, detailOrMore: string | ProblemDetails = {}): Refusal {
  return new Refusal(kind, code, typeof detailOrMore === "string" ? { detail: detailOrMore } : detailOrMore);
}

/** The one answer for whatever is not there, or not for this caller to see: nothing tells the two apart. */
export function missing(): Refusal {
  return refuse("missing", "not-found", "There is nothing here that you may see.");
}

/** The one answer for whatever is for now out of reach. */
export function busy(code = "busy"): Refusal {
  return refuse("busy", code, { detail: "Try again in a moment.", retryAfter: 1 });
}

const titles: Record<number, string> = {
  400: "Bad request",
  401: "Unauthenticated",
  403: "Forbidden",
  404: "Not found",
  409: "Conflict",
  410: "Gone",
  412: "Precondition failed",
  413: "Content too large",
  415: "Unsupported media type",
  422: "Unprocessable content",
  428: "Precondition required",
  500: "Internal error",
  503: "Unavailable",
};

/** The problem document of a refusal (RFC 9457, application/problem+json). */
export function problemOf(refusal: Refusal, requestId: string) {
  const { retryAfter, ...details } = refusal.details;
  const status = statusOf[refusal.kind];
  return {
    type: `urn:praxis:problem:${refusal.code}`,
    title: titles[status],
    status,
    code: refusal.code,
    requestId,
    ...details,
  };
}
