import { mustSee } from "../access/sight-store.ts";
import { isLate } from "../appointments/attendance.ts";
import { cancel } from "../appointments/model.ts";
import { mustBeInTime, mustBeStaff } from "../appointments/overrides.ts";
import { findRules } from "../appointments/rules-store.ts";
import { changing, type OpenedVisit } from "../appointments/store.ts";
import type { Ask } from "../kernel/ask.ts";
import { inTransactions } from "../kernel/commit.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import type { PatientKey } from "../kernel/patient-keys.ts";
import { missing, Refusal } from "../kernel/problem.ts";
import { complete } from "./complete.ts";
import { type Cancellation, cancellationOf, type From } from "./model.ts";
import { cancel as route } from "./routes.ts";
import { findSeries, findVisits } from "./store.ts";

type Asked = Ask<
  unknown,
  unknown,
  { from?: From | undefined; by?: "patient" | "clinic" | undefined; reason?: string | undefined }
>;

/** How often it begins again when somebody else changes one of the appointments meanwhile. */
const most = 6;

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, concerns } = ask;
  const keyring = await openKeyring(caller.clinic);
  const found = await findSeries(keyring, params.seriesId);
  if (!found) throw missing();
  const { id, patient, service } = found.kept.series;
  concerns({ patient, target: id });
  await mustSee(route, ask, patient);
  mustBeStaff(caller, body.by === "clinic");
  const { series } = await complete(keyring, found, now);
  const ids = series.occurrences.flatMap(({ appointment }) => appointment ?? []);
  for (let tries = 1; ; tries++) {
    const visits = await findVisits(found.key, ids);
    const cancellation = cancellationOf(series, visits, body.from, now);
    const rules = await findRules(caller.clinic, service);
    // A patient cancels all of it in time, or nothing.
    for (const { visit } of cancellation.cancelling)
      mustBeInTime("too-late-to-cancel", caller, visit.appointment, rules, now);
    try {
      return await save(ask, found.key, id, cancellation, rules);
    } catch (error) {
      const isOvertaken = error instanceof Refusal && error.code === "stale-version";
      if (!isOvertaken || tries === most) throw error;
    }
  }
});

/** In one transaction where that takes all; else in several, each of which stands, so that asking again goes on from there. */
async function save(
  ask: Asked,
  key: PatientKey,
  id: string,
  { cancelling, answer }: Cancellation<OpenedVisit>,
  rules: Awaited<ReturnType<typeof findRules>>,
) {
  const { body, caller, now, commit } = ask;
  const groups = cancelling.map((seen) => {
    const late = body.by !== "clinic" && isLate(seen.visit.appointment, rules, now);
    const next = cancel(seen.visit, body.reason, now, { isLate: late });
    return { writes: changing(caller.clinic, seen, next, caller, { why: body.reason }) };
  });
  const transactions = inTransactions(groups, comesAlong).map((some) => some.flatMap(({ writes }) => writes));
  const last = transactions.pop() ?? [];
  const done = { answer, patient: key, target: id };
  for (const writes of transactions) await commit(writes, { ...done, isStep: true });
  await commit(last, done);
  return answer;
}

/** The Idempotency-Key's record and the audit entry. */
const comesAlong = 2;
