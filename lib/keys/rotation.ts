import { type Keyring, openKeyring, settling } from "../../functions/kernel/keyring.ts";
import { type Item, pause } from "../../functions/kernel/table.ts";
import { SealBroken } from "../../functions/kernel/vault.ts";
import { count, named } from "./count.ts";
import { reindex, sweep } from "./reindex.ts";
import { reseal } from "./reseal.ts";
import { type Step, stepOf, type Work } from "./steps.ts";
import { countRows, eachOf, pagesOf, type Walked } from "./walk.ts";
import { destroyKey, findKeys, findWork, type Kind, saveNewKey, saveRewritten, saveWork } from "./work-store.ts";

type Say = (line: string) => void;

/** Makes the next key of a kind; nothing uses it yet. Throws where a rotation of that kind is under way. */
export async function announce(clinic: string, kind: Kind): Promise<number> {
  const keys = await findKeys(clinic, kind);
  const newest = keys.at(-1);
  if (!newest) throw new Error(`there is no clinic ${clinic}`);
  if (keys.length > 1) throw new Error("this key is being rotated: resume that, and retire the older key");
  await saveNewKey(clinic, { kind, number: newest.number + 1 }, new Date());
  return newest.number + 1;
}

/** Where a clinic's rotation of one kind of key stands, with its work. */
export async function stand(clinic: string, kind: Kind): Promise<{ step: Step; work: Work | undefined }> {
  const [keys, work] = await Promise.all([findKeys(clinic, kind), findWork(clinic, kind)]);
  return { step: stepOf(keys, work, Date.now(), settling), work };
}

/** Takes a rotation up where it stands and goes on until the older key can be retired; it can be cut short at any time. */
export async function resume(clinic: string, kind: Kind, say: Say): Promise<Step["name"]> {
  for (;;) {
    const { step, work } = await stand(clinic, kind);
    if ("until" in step) {
      say(`${step.name}: every function must have noticed; going on at ${new Date(step.until).toISOString()}`);
      await pause(Math.max(0, step.until - Date.now()));
    } else if (step.name === "rewriting" || step.name === "sweeping") {
      await walk(clinic, kind, step.name, { work, say });
    } else {
      return step.name;
    }
  }
}

/** The tables that hold what names a key. */
const tablesOf: Record<Kind, readonly Walked[]> = { SEAL: ["clinic", "keys"], INDEX: ["clinic"] };

/** Goes through the rows once, from where it stopped. What cannot be opened is named, and the pass does not count then. */
async function walk(
  clinic: string,
  kind: Kind,
  step: Work["pass"],
  { work, say }: { work?: Work | undefined; say: Say },
) {
  // Whoever waited for `settling` remembers no keys from before.
  const keyring = await openKeyring(clinic);
  const broken: string[] = [];
  let at = work?.pass === step ? work : await beginning(kind, step, work);
  say(`${step}: ${progressOf(at)}`);
  const tables = tablesOf[kind];
  for (const table of tables.slice(tables.indexOf(at.table))) {
    for await (const { items, last } of pagesOf(table, table === at.table ? at.after : undefined)) {
      const written = await eachOf(items, (item) =>
        unlessBroken(broken, item, () => act(keyring, step, table, kind, item)),
      );
      const counts = { looked: at.looked + items.length, written: at.written + written };
      at = { ...at, ...counts, table, after: last, updatedAt: new Date().toISOString() };
      await saveWork(clinic, kind, at);
      say(`${step}: ${progressOf(at)}`);
    }
  }
  if (broken.length > 0) {
    await saveWork(clinic, kind, await beginning(kind, step, work));
    throw new Error(`These rows do not open. Restore or remove them, then resume:\n  ${broken.join("\n  ")}`);
  }
  if (step === "sweeping") await saveWork(clinic, kind, { ...at, sweptAt: new Date().toISOString() });
  else await saveRewritten(clinic, kind, at, new Date());
}

async function beginning(kind: Kind, pass: Work["pass"], work: Work | undefined): Promise<Work> {
  const total = await countRows(tablesOf[kind]);
  const done = work?.rewrittenAt ? { rewrittenAt: work.rewrittenAt } : {};
  return { pass, table: "clinic", looked: 0, written: 0, total, updatedAt: new Date().toISOString(), ...done };
}

function act(keyring: Keyring, step: Work["pass"], table: Walked, kind: Kind, item: Item): Promise<boolean> {
  if (kind === "SEAL") return reseal(keyring, table, item);
  return step === "sweeping" ? sweep(keyring, item) : reindex(keyring, item);
}

async function unlessBroken(broken: string[], { pk, sk }: Item, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    broken.push(`${pk} ${sk}: ${error.message}`);
    return false;
  }
}

/** How far a pass has come, in words. */
export function progressOf({ looked, written, total }: Work): string {
  return `${looked} of about ${Math.max(looked, total)} rows looked at, ${written} written`;
}

/** Destroys a clinic's older key of a kind, once nothing names it: not by what was done, but by looking at every row. */
export async function retire(clinic: string, kind: Kind): Promise<number> {
  const { step } = await stand(clinic, kind);
  if (step.name !== "ready") throw new Error(`the key cannot be retired yet: ${step.name}`);
  const oldest = (await findKeys(clinic, kind))[0];
  if (!oldest) throw new Error(`there is no clinic ${clinic}`);
  const rows = (await count()).get(named(clinic, kind, oldest.number)) ?? 0;
  if (rows > 0) throw new Error(`${rows} rows still name the key: it is kept`);
  await destroyKey(clinic, oldest);
  return oldest.number;
}
