import { randomBytes } from "node:crypto";
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { put, type Write } from "./commit.ts";
import { type Caller, type Exchange, nowOf, type Subject } from "./exchange.ts";
import { type Instant, sortable } from "./instant.ts";
import { busy } from "./problem.ts";
import type { Route } from "./route.ts";
import { client, type Item, keyOf, pause, tableOf } from "./table.ts";

/** How an access ended; a refusal says by which code. */
export type Outcome = { granted: true } | { granted: false; code: string };

/** Who did or tried what, to whose data, when, from where: one item per person concerned. */
function entry(route: Pick<Route, "audit">, event: Exchange, caller: Caller, subject: Subject, outcome: Outcome): Item {
  const at = nowOf(event);
  const id = randomBytes(9).toString("base64url");
  const { pk, sk } = keyOf("audit", [caller.clinic, subject.patient ?? "-"], `${sortable(at)}#${id}`);
  return {
    pk,
    sk,
    at,
    action: route.audit,
    outcome: outcome.granted ? "granted" : "refused",
    ...(outcome.granted ? {} : { code: outcome.code }),
    ...subject,
    ...(event.trace?.replayed ? { replayed: true } : {}),
    user: caller.user,
    role: caller.role,
    ...(caller.person ? { person: caller.person } : {}),
    ...(caller.breakGlass ? { breakGlass: caller.breakGlass } : {}),
    from: event.requestContext.identity.sourceIp,
    requestId: event.requestContext.requestId,
  };
}

/** The entries of a granted change, for the transaction that makes it. */
export function entriesFor(
  route: Pick<Route, "audit">,
  event: Exchange,
  caller: Caller,
  subjects: readonly Subject[],
): Write[] {
  if (!route.audit) return [];
  return subjects.map((subject) => {
    const { pk, sk, ...attributes } = entry(route, event, caller, subject, { granted: true });
    return put({ family: "audit", pk, sk }, attributes);
  });
}

/** The entry of what no request asked for, for the transaction that does it; `cause` is what took the place of a request. */
export function entryBySystem(
  clinic: string,
  action: `${string}.${string}`,
  subject: Required<Pick<Subject, "patient" | "target">>,
  { at, cause }: { at: Instant; cause: string },
): Write {
  const key = keyOf("audit", [clinic, subject.patient], `${sortable(at)}#${randomBytes(9).toString("base64url")}`);
  const by = { user: "system", role: "system", from: "-", requestId: cause };
  return put(key, { at, action, outcome: "granted", ...subject, ...by });
}

/**
 * Writes the entries of a read or of a refusal, once it is known what was read or refused and before the answer leaves.
 * An answer whose entry cannot be written is not given: 503.
 */
export async function leaveEntries(
  route: Pick<Route, "audit">,
  event: Exchange,
  caller: Caller,
  outcome: Outcome,
): Promise<void> {
  const subjects = distinct(event.trace?.subjects ?? []);
  const entries = (subjects.length > 0 ? subjects : [{}]).map((subject) =>
    entry(route, event, caller, subject, outcome),
  );
  const chunks = Array.from({ length: Math.ceil(entries.length / 25) }, (_, chunk) =>
    entries.slice(chunk * 25, chunk * 25 + 25),
  );
  await Promise.all(chunks.map(writeChunk));
}

async function writeChunk(entries: Item[]): Promise<void> {
  let left = entries.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt > 5) throw busy();
    if (attempt > 0) await pause(25 * 2 ** attempt);
    const table = tableOf("audit");
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: left } }));
    left = (UnprocessedItems?.[table] ?? []) as typeof left;
  }
}

/** Each person and thing once; a person whose thing is named needs no entry without it. */
function distinct(subjects: readonly Subject[]): Subject[] {
  const isTold = ({ patient, target }: Subject) =>
    target ?? !subjects.some((its) => its.patient === patient && its.target);
  return [
    ...new Map(subjects.filter(isTold).map((subject) => [`${subject.patient} ${subject.target}`, subject])).values(),
  ];
}
