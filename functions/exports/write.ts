import { entryBySystem } from "../kernel/audit.ts";
import { commitAll, remove } from "../kernel/commit.ts";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import { type Keyring, openKeyring } from "../kernel/keyring.ts";
import { findPatientKey, type PatientKey } from "../kernel/patient-keys.ts";
import { getAll } from "../kernel/table.ts";
import { onTick } from "../kernel/worker.ts";
import { findAttending } from "../patients/store.ts";
import { Archive } from "./archive.ts";
import { type Due, findDue } from "./due-store.ts";
import { beginSending, discard, type Place } from "./files-store.ts";
import { gather } from "./gathering-store.ts";
import { advance, type Export, fail, finish, isAgreed, isHopeless, type KeptExport, take } from "./model.ts";
import { decisionsAt, decisionsOf, ending, exportOf, findRow, noting, passwordOf, TakenOver, taking } from "./store.ts";
import { fill, type Material } from "./writing.ts";

/** After so long no further archive is begun, in milliseconds: the next minute has a function of its own. */
const patience = 60_000;
/** How often it is noted how far an archive is, in milliseconds. */
const noted = 1000;

/**
 * Writes the archives that were asked for. One that an outage or a crash cut short is begun anew once its writer has been
 * silent for some minutes; what it had sent by then the bucket drops.
 */
export const handler = onTick(async (tick) => {
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const clock = () => toInstant(toMs(tick) + Math.round(elapsed()));
  const failures: unknown[] = [];
  for (const due of await findDue(tick)) {
    if (elapsed() > patience) break;
    await carryOut(due, clock).catch((error: unknown) => {
      if (!(error instanceof TakenOver)) failures.push(error);
    });
  }
  if (failures.length > 0) throw failures[0];
});

type Clock = () => Instant;

async function carryOut({ clinic, export: id, at: due }: Due, clock: Clock): Promise<void> {
  const row = await findRow(clinic, id);
  const keyring = await openKeyring(clinic);
  const key = row && (await findPatientKey(keyring, row.patient));
  // The patient was erased meanwhile, and the export with them.
  if (!key) return commitAll([remove(due)]);
  const held = take(exportOf(key, row), clock());
  if (!held) return;
  await commitAll([taking(clinic, held)]);
  const giveUp = (why: NonNullable<Export["failure"]>) => commitAll(ending(clinic, fail(held, why), clock()));
  if (isHopeless(held, clock())) return giveUp("fault");
  const found = await findAttending(keyring, row.patient);
  if (!found) return giveUp("patient-gone");
  if (!(await isStillAgreed(clinic, held.export))) return giveUp("no-consent");
  await write({ keyring, ...found, held, password: passwordOf(key, row) }, clock);
}

/** What is to be written, of whom, by the one who has taken it. */
interface Taken extends Pick<Material, "patient" | "attendance"> {
  keyring: Keyring;
  key: PatientKey;
  held: KeptExport;
  password: string;
}

async function write({ keyring, key, held, password, patient, attendance }: Taken, clock: Clock): Promise<void> {
  const { clinic } = key;
  const source = { key, sight: held.sight };
  const now = clock();
  const gathered = await gather(keyring, source, now);
  const progress = await reporting(clinic, held, gathered.total, clock);
  const material = { asked: held.export, patient, attendance, source, gathered, now, step: progress.step };
  const place = { clinic, patient: patient.id, export: held.export.id, attempt: held.attempts };
  const sent = await send(place, (writable) => fill(new Archive(writable, password, now), material));
  await deliver(place, { written: progress.latest(), sent }, clock);
}

async function isStillAgreed(clinic: string, asked: Export): Promise<boolean> {
  return isAgreed(decisionsOf(await getAll(decisionsAt({ clinic, patient: asked.patient }, asked))));
}

/** Notes how far an archive is: at once, and again at intervals; who was taken over throws TakenOver. */
async function reporting(clinic: string, held: KeptExport, of: number, clock: Clock) {
  let latest = advance(held, { done: 0, of }, clock());
  await commitAll([noting(clinic, latest)]);
  let told = performance.now();
  const step = async () => {
    const { done } = latest.export.progress;
    latest = advance(latest, { done: Math.min(done + 1, of), of }, clock());
    if (performance.now() - told < noted) return;
    await commitAll([noting(clinic, latest)]);
    told = performance.now();
  };
  return { step, latest: () => latest };
}

/** Sends what is written to the bucket; if that ends early, nothing of it stays there. */
async function send(place: Place, writeTo: (writable: WritableStream<Uint8Array>) => Promise<void>) {
  const sending = await beginSending(place);
  try {
    await writeTo(sending.writable);
    return sending.sent();
  } catch (error) {
    // Where not even this can be done, the bucket drops what was never put together.
    await sending.giveUp().catch(() => undefined);
    throw error;
  }
}

/** Says that an archive is there, unless it must not be any more: then it is deleted. */
async function deliver(
  place: Place,
  { written, sent }: { written: KeptExport; sent: { size: number; version: string | undefined } },
  clock: Clock,
): Promise<void> {
  const { clinic, patient, export: id } = place;
  const agreed = await isStillAgreed(clinic, written.export);
  const next = agreed ? finish(written, sent.size, clock()) : fail(written, "no-consent");
  // What goes to somebody else is in the accounting of disclosures from now on.
  const action = written.export.recipient ? "export.disclose" : "export.write";
  const entry = entryBySystem(clinic, action, { patient, target: id }, { at: clock(), cause: "sweep" });
  try {
    await commitAll([...ending(clinic, next, clock()), ...(agreed ? [entry] : [])]);
    if (!agreed) await discard(place, sent);
  } catch (error) {
    if (error instanceof TakenOver) await discard(place, sent);
    throw error;
  }
}
