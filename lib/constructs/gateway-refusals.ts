/** What API Gateway itself refuses, by its name for it: the status, the title and the code that a caller reads. */
const refusals: Record<string, readonly [status: number, title: string, code: string]> = {
  BAD_REQUEST_BODY: [400, "Bad request", "bad-request"],
  BAD_REQUEST_PARAMETERS: [400, "Bad request", "bad-request"],
  DEFAULT_4XX: [400, "Bad request", "bad-request"],
  UNAUTHORIZED: [401, "Unauthenticated", "unauthenticated"],
  EXPIRED_TOKEN: [401, "Unauthenticated", "unauthenticated"],
  ACCESS_DENIED: [403, "Forbidden", "forbidden"],
  INVALID_API_KEY: [403, "Forbidden", "forbidden"],
  WAF_FILTERED: [403, "Forbidden", "filtered"],
  // A path that is not there: the gateway looks for another service's credentials instead, and by default
  // repeats the caller's token in its complaint.
  MISSING_AUTHENTICATION_TOKEN: [404, "Not found", "not-found"],
  INVALID_SIGNATURE: [404, "Not found", "not-found"],
  RESOURCE_NOT_FOUND: [404, "Not found", "not-found"],
  REQUEST_TOO_LARGE: [413, "Content too large", "too-large"],
  UNSUPPORTED_MEDIA_TYPE: [415, "Unsupported media type", "unsupported-media-type"],
  THROTTLED: [429, "Too many requests", "throttled"],
  QUOTA_EXCEEDED: [429, "Too many requests", "throttled"],
  API_CONFIGURATION_ERROR: [500, "Internal error", "unexpected"],
  AUTHORIZER_CONFIGURATION_ERROR: [500, "Internal error", "unexpected"],
  AUTHORIZER_FAILURE: [500, "Internal error", "unexpected"],
  DEFAULT_5XX: [500, "Internal error", "unexpected"],
  INTEGRATION_FAILURE: [502, "Bad gateway", "unexpected"],
  INTEGRATION_TIMEOUT: [504, "Gateway timeout", "timed-out"],
};

/**
 * The gateway's own refusals, written like the functions' (RFC 9457, application/problem+json). They are fixed texts
 * with a request id, so any page may read them: which origin asks cannot be looked at here.
 */
export function gatewayRefusals(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(refusals).map(([name, [status, title, code]]) => [name, refusal(status, title, code)]),
  );
}

/** What every problem carries that the gateway answers with by itself. */
export const problemHeaders = {
  "Content-Type": "application/problem+json",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
};

/** A problem's text, in which the gateway fills in the request's id. */
export function problemText(status: number, title: string, code: string): string {
  return JSON.stringify({
    type: `urn:praxis:problem:${code}`,
    title,
    status,
    code,
    requestId: "$context.requestId",
  });
}

function refusal(status: number, title: string, code: string) {
  return {
    statusCode: String(status),
    responseParameters: fixedHeaders({
      ...problemHeaders,
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers": "Retry-After",
      ...(status === 401 ? { "WWW-Authenticate": "Bearer" } : {}),
      ...(status === 429 ? { "Retry-After": "1" } : {}),
    }),
    responseTemplates: { "application/json": problemText(status, title, code) },
  };
}

function fixedHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
  );
}
