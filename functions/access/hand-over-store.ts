import { eachRow } from "../kernel/clear.ts";
import { absent, type Guard, put, remove, type Write } from "../kernel/commit.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { type Between, resealed } from "../kernel/patient-keys.ts";
import { getAll, type Item } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { actingAt, relationAt } from "./store.ts";

type Attributes = Record<string, unknown>;

/** What tells how somebody stands to a patient, or for whom the patient acts, each by its sort key. */
export async function* eachRelation(clinic: string, patient: string): AsyncGenerator<string> {
  for await (const { sk } of eachRow(relationAt(clinic, patient, ""))) yield sk;
}

/**
 * The writes that make a relation another patient's; none where it is not there. Where that other stands so to the
 * same person already, and it is not over, theirs stands; and nobody is their own proxy. Then the relation is `kept`, to
 * be given back by `givingBack`.
 */
export async function handingOver(
  between: Between,
  sk: string,
  now: Instant,
): Promise<{ writes: Write[]; kept?: Attributes }> {
  const { clinic } = between.from;
  const [at, next] = [placeOf(clinic, between.from.patient, sk), placeOf(clinic, between.to.patient, sk)];
  const [row, own] = await getAll([at.relation, next.relation]);
  const parting = at.acting.map((each) => remove(each));
  // It has ended, and what told the proxy of it is yet to be dropped.
  if (!row) return { writes: parting };
  const { pk: _, sk: __, ...attributes } = row;
  const leaving = [remove(at.relation, asSeen(row)), ...parting];
  const isOwnProxy = sk.endsWith(between.to.patient);
  if (isOwnProxy || (own && !isOver(own, now))) return { writes: leaving, kept: attributes };
  const coming = put(next.relation, renamed(between, row, attributes), own ? asSeen(own) : absent(changed));
  const acting = next.acting.map((each) => put(each, { expires: row["expires"] }));
  return { writes: [...leaving, coming, ...acting] };
}

/** The writes that give a relation back which was kept. */
export function givingBack({ to }: Between, sk: string, kept: Attributes): Write[] {
  const { relation, acting } = placeOf(to.clinic, to.patient, sk);
  return [put(relation, kept), ...acting.map((each) => put(each, { expires: kept["expires"] }))];
}

/** Where a relation of a patient's lies, and what tells its proxy of it. `FOR#` are those in which the patient is the proxy. */
function placeOf(clinic: string, patient: string, sk: string) {
  const whom = sk.startsWith("FOR#") ? sk.slice("FOR#".length) : undefined;
  if (whom) return { relation: relationAt(clinic, whom, patient), acting: [actingAt(clinic, patient, whom)] };
  const acting = sk.startsWith("pat_") ? [actingAt(clinic, sk, patient)] : [];
  return { relation: relationAt(clinic, patient, sk), acting };
}

function renamed(between: Between, { sk }: Item, attributes: Attributes): Attributes {
  const { patient } = between.to;
  if (sk.startsWith("GRANT#")) {
    const sealed = resealed(between, "break-glass", attributes["id"] as string, 1, attributes["sealed"]);
    return { ...attributes, patient, sealed };
  }
  return attributes["proxy"] === between.from.patient ? { ...attributes, proxy: patient } : attributes;
}

function isOver(row: Item, now: Instant): boolean {
  const until = row["until"] as Instant | undefined;
  return until !== undefined && toMs(until) <= toMs(now);
}

/** The guard that nobody has said anew how the two stand. */
function asSeen(row: Item): Guard {
  const since = row["createdAt"];
  const condition = since ? "createdAt = :since" : "attribute_exists(pk)";
  return { condition, ...(since ? { values: { ":since": since } } : {}), lost: changed };
}

const changed = () => new ReadChanged();
