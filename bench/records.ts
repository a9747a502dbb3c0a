import { daysOn } from "./calendar.ts";
import { type Asked, ask, prepare } from "./lambda.ts";
import { finding, pacesOf } from "./latency.ts";
import type { Finding, Size } from "./report.ts";
import { addPractitioner, addService, always, type World } from "./world.ts";

const entries = 500;

/** Turns pages of 50 of a patient's 500 entries, from the first to the last and again. */
export async function recordPace(world: World, size: Size): Promise<Finding> {
  const asked = await patientOf(world, entries);
  const pages: Asked[] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
    const query = { limit: "50", ...(cursor ? { cursor } : {}) };
    pages.push({ ...asked, query });
    cursor = (await ask<{ next?: string }>("records.list", { ...asked, query })).next;
  }
  let turn = 0;
  const next = () => prepare("records.list", pages[turn++ % pages.length] as Asked);
  return finding(`A page of 50 of a patient's ${entries} entries`, await pacesOf(world, size, next));
}

/** Sums up a patient with 500 entries and four appointments ahead. */
export async function summaryPace(world: World, size: Size): Promise<Finding> {
  const asked = await patientOf(world, entries);
  const next = () => prepare("records.summary", asked);
  return finding(`The summary of a patient with ${entries} entries`, await pacesOf(world, size, next));
}

/** A patient with so many entries, as a long history has them: most of it is over, and much of it measured. */
async function patientOf({ tokens }: World, count: number): Promise<Asked> {
  const name = { given: ["Long"], family: "History" };
  const { id } = await ask<{ id: string }>("patients.register", { token: tokens.desk, body: { name } });
  const asked = { token: tokens.practitioner, params: { patientId: id } };
  for (let place = 0; place < count; place++)
    await ask("records.write", { ...asked, body: { ...entryOf(place), occurredAt: daysOn(-2 * place) } });
  const practitioner = await addPractitioner(tokens.admin, always);
  const service = await addService(tokens.admin, [practitioner]);
  for (const day of [1, 30, 60, 90]) {
    const body = { patient: id, practitioner, service, start: daysOn(day) };
    await ask("appointments.book", { token: tokens.desk, body });
  }
  return asked;
}

const coding = (system: string, code: string, display: string) => ({ system, code, display });
const vitals = ["8867-4", "8310-5", "29463-7", "8302-2", "9279-1", "59408-5", "39156-5", "2708-6"];

/** Of ten entries five are vital signs, two notes, and one each a condition, a medication, a laboratory value. */
function entryOf(place: number): object {
  const turn = Math.floor(place / 10);
  const isPast = turn % 5 > 0;
  const code = coding("http://snomed.info/sct", String(38_341_003 + turn), "A disorder by a usual name");
  if (place % 10 < 5) {
    const vital = coding("http://loinc.org", vitals[place % vitals.length] as string, "A vital sign by its long name");
    return { kind: "observation", category: "vital-signs", code: vital, quantity: { value: place, unit: "/min" } };
  }
  if (place % 10 < 7) return { kind: "note", title: "Consultation", text: "Sleeps well, walks a little. ".repeat(35) };
  if (place % 10 === 7) return { kind: "condition", code, clinicalStatus: isPast ? "resolved" : "active" };
  if (place % 10 === 8) return { kind: "medication", code, status: isPast ? "completed" : "active", dosage: "1 daily" };
  if (place === 9) return { kind: "allergy", code };
  return { kind: "observation", category: "laboratory", code, quantity: { value: place, unit: "mmol/L" } };
}
