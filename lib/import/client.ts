import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import * as z from "zod/mini";
import { clinicHeader } from "../../functions/kernel/route.ts";
import { isPassing, type Patience, usualPatience, waitOf } from "./patience.ts";
import { type Session, Stopped } from "./session.ts";

/** How the API took a request. Reasons are codes and names of fields, never values. */
export type Outcome =
  | { kind: "done"; id?: string; body: unknown }
  | { kind: "existing"; id?: string }
  | { kind: "refused"; reason: string }
  | { kind: "failed"; reason: string };

export interface Connection {
  /** Where the API is, without `/v1`. */
  url: string;
  session: Session;
  /** The clinic to import into, for a user of several. */
  clinic?: string;
  patience?: Patience;
  /** Waits so many milliseconds. */
  wait?: (ms: number) => Promise<unknown>;
}

export type Api = ReturnType<typeof connect>;

/** The API over HTTP, tried again where that may help. */
export function connect(connection: Connection) {
  return {
    clinic: connection.clinic,
    get: (path: string) => send(connection, path, { method: "GET" }),
    post: (path: string, body: unknown) => send(connection, path, { method: "POST", body: JSON.stringify(body) }),
  };
}

interface Request {
  method: "GET" | "POST";
  body?: string;
}

/**
 * One request until it is answered for good, under one Idempotency-Key: if the reply to an attempt was lost, the next
 * is answered as that one was. Another run uses other keys, so that it hears what is there already.
 */
async function send(connection: Connection, path: string, request: Request): Promise<Outcome> {
  const { session, patience = usualPatience, wait = setTimeout } = connection;
  const key = randomUUID();
  let token = await session.token();
  let isRenewed = false;
  for (let attempt = 1; ; attempt += 1) {
    const reply = await attemptOnce(connection, path, request, { token, key });
    if (reply.status === 401 && session.renew && !isRenewed) {
      token = await session.renew(token);
      isRenewed = true;
    } else if (isPassing(reply.status) && attempt < patience.attempts) {
      await wait(waitOf(reply, attempt, patience));
    } else return outcomeOf(reply);
  }
}

interface Reply {
  /** 0: no answer came. */
  status: number;
  retryAfter?: string | null;
  body?: unknown;
  /** Why no answer came. */
  cause?: string;
}

async function attemptOnce(
  { url, clinic }: Connection,
  path: string,
  request: Request,
  { token, key }: { token: string; key: string },
): Promise<Reply> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(clinic ? { [clinicHeader]: clinic } : {}),
    ...(request.method === "POST" ? { "content-type": "application/json", "idempotency-key": key } : {}),
  };
  try {
    const signal = AbortSignal.timeout(30_000);
    const response = await fetch(`${url}${path}`, { ...request, headers, signal, redirect: "error" });
    const text = await response.text();
    return { status: response.status, retryAfter: response.headers.get("retry-after"), body: jsonOf(text) };
  } catch (error) {
    return { status: 0, cause: causeOf(error) };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function causeOf(error: unknown): string {
  const failed = z.safeParse(
    z.object({ name: z.string(), cause: z.optional(z.object({ code: z.optional(z.string()) })) }),
    error,
  );
  return failed.data?.cause?.code ?? failed.data?.name ?? "unknown";
}

const problem = z.object({
  code: z.optional(z.string()),
  existing: z.optional(z.string()),
  errors: z.optional(z.array(z.object({ path: z.string() }))),
});

/** The refusals after which every other request would be refused as well, by code or status. */
const hopeless: Record<string, string> = {
  401: "the access token is not accepted (401); run again with a fresh one to go on",
  "clinic-required": "the signed-in user belongs to several clinics; name one with --clinic",
  "not-a-member": "the signed-in user does not belong to that clinic",
  "role-not-allowed": "the signed-in user may not import; an admin of the clinic may",
};

function outcomeOf({ status, body, cause }: Reply): Outcome {
  if (status >= 200 && status < 300)
    return { kind: "done", id: z.safeParse(z.object({ id: z.string() }), body).data?.id, body };
  const { code, existing, errors = [] } = z.safeParse(problem, body).data ?? {};
  if (status === 409 && (code === "mrn-taken" || code === "identifier-taken"))
    return { kind: "existing", id: existing };
  const end = hopeless[status] ?? hopeless[code ?? ""];
  if (end) throw new Stopped(end);
  if (isPassing(status))
    return { kind: "failed", reason: cause ? `no answer: ${cause}` : `${status} ${code ?? ""}`.trim() };
  const fields = [...new Set(errors.map(({ path }) => path.replaceAll(/\.\d+/g, "")))].sort();
  return {
    kind: "refused",
    reason: [status, code, ...(fields.length > 0 ? [`(${fields.join(", ")})`] : [])].filter(Boolean).join(" "),
  };
}
