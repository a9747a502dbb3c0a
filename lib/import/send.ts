import type { Api, Outcome } from "./client.ts";
import { type Mapped, Unmappable } from "./mapped.ts";
import type { Known } from "./references.ts";
import { Stopped } from "./session.ts";
import type { Tally } from "./tally.ts";

/** What is to be sent: of which kind, what to call it in the summary, and how to make the request. */
export interface Item {
  kind: string;
  /** `Patient/1`, or the file and line of a resource without an id. */
  name: string;
  map(): Mapped;
}

export interface Import {
  api: Api;
  known: Known;
  tally: Tally;
  /** The names of the resources that are yet to be brought along within others. */
  awaited: Set<string>;
}

/** Sends one thing and enters what came of it in the tally; never throws for what is wrong with the thing itself. */
export async function send({ kind, name, map }: Item, work: Import): Promise<void> {
  const { api, known, tally } = work;
  try {
    const mapped = map();
    const outcome = await settled(api, mapped);
    enter(outcome, { kind, name }, tally);
    enterHeld(outcome, mapped, work);
    if (outcome.kind === "done") for (const note of mapped.notes) tally.omitted(kind, note, name);
    if ((outcome.kind === "done" || outcome.kind === "existing") && outcome.id)
      known.remember(mapped.keys ?? [], outcome.id);
  } catch (error) {
    if (error instanceof Unmappable) tally.refused(kind, error.reason, name);
    else if (error instanceof Stopped) tally.stopped = error.message;
    else throw error;
  }
}

/** What is held by a thing shares its fate, once; another may yet bring along what is held by one that was refused. */
function enterHeld(outcome: Outcome, { within = [] }: Mapped, { tally, awaited }: Import): void {
  if (outcome.kind === "refused") return;
  for (const held of within) if (awaited.delete(held.name)) enter(outcome, held, tally);
}

/** How the API took it; a person's number under which somebody else is known is refused. */
async function settled(api: Api, { path, body, isSame }: Mapped): Promise<Outcome> {
  const outcome = await api.post(path, body);
  if (outcome.kind !== "existing" || !isSame || !outcome.id) return outcome;
  const there = await api.get(`${path}/${outcome.id}`);
  if (there.kind !== "done") return there;
  return isSame(there.body) ? outcome : { kind: "refused", reason: "number-of-another-person" };
}

function enter(outcome: Outcome, { kind, name }: Pick<Item, "kind" | "name">, tally: Tally): void {
  if (outcome.kind === "done") tally.created(kind);
  if (outcome.kind === "existing") tally.existing(kind);
  if (outcome.kind === "refused") tally.refused(kind, outcome.reason, name);
  if (outcome.kind === "failed") tally.failed(kind, outcome.reason, name);
}
