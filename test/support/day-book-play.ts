import { randomBytes } from "node:crypto";
import { SlotTaken } from "../../functions/appointments/lost.ts";
import { commitAll, put } from "../../functions/kernel/commit.ts";
import type { Keyring } from "../../functions/kernel/keyring.ts";
import { newPatientKey } from "../../functions/kernel/patient-keys.ts";
import { Refusal } from "../../functions/kernel/problem.ts";
import { keyOf } from "../../functions/kernel/table.ts";
import { ReadChanged } from "../../functions/kernel/try-again.ts";
import { patientAt } from "../../functions/patients/store.ts";
import { practitionerAt } from "../../functions/practitioners/store.ts";
import { scheduleAt } from "../../functions/schedules/store.ts";
import { serviceAt } from "../../functions/services/store.ts";
import { type Deed, type PlainClinic, type PlainService, zones } from "./day-book-clinics.ts";
import { type Decided, type Decision, doingsOf, type Time } from "./day-book-doings.ts";
import { forGood, type PlainBook, plainBook, type Taking, type Wanted } from "./plain-day-book.ts";

/* Plays deeds, by the code and by the plain model at once, and throws as soon as the two disagree. */

const minute = 60_000;
const day = 86_400_000;
const holdMs = 5 * minute;
const counts = { practitioners: 2, patients: 7 };

interface Taken extends Time {
  id: string;
  patient: string | undefined;
  resources: readonly string[];
  until: number;
  state: "there" | "gone";
  version: number;
}

export interface Stage {
  clinic: PlainClinic;
  doings: ReturnType<typeof doingsOf>;
  model: PlainBook;
  clock: number;
  holds: Taken[];
  appointments: Taken[];
  /** How many writes went through. */
  done: number;
  cast: { practitioners: string[]; patients: string[]; rooms: string[]; services: string[] };
}

let founded = 0;

/** A clinic in the tables, and in the model; what is in it is named after it, so that no other's is mistaken for it. */
export async function setStage(clinic: PlainClinic): Promise<Stage> {
  const name = `${founded++}`;
  const key = { kind: "C" as const, number: 1, bytes: randomBytes(32) };
  const index = { number: 1, bytes: randomBytes(32) };
  const ring = { current: key, keys: [key], indexes: [index], marking: [index] };
  const keyring: Keyring = { clinic: `cln_${name}`, ...ring };
  const many = (count: number, prefix: string) => Array.from({ length: count }, (_, n) => `${prefix}_${name}x${n}`);
  const practitioners = many(counts.practitioners, "prc");
  const patients = many(counts.patients, "pat");
  const services = many(clinic.services.length, "svc");
  const room = `res_${name}`;
  const at = keyring.clinic;
  await commitAll([
    put(keyOf("resource", [at], room), { id: room, name: "Room", kind: "room", tags: [], active: true, version: 1 }),
    ...practitioners.flatMap((id, n) => [
      put(practitionerAt(at, id), { id, active: true }),
      put(scheduleAt(at, id), {
        practitioner: id,
        zone: Object.keys(zones)[n],
        windows: [],
        exceptions: [],
        version: 1,
      }),
    ]),
    ...patients.flatMap((id) => [put(patientAt(at, id), { id, active: true }), newPatientKey(keyring, id).write]),
    ...clinic.services.map((service, n) =>
      put(serviceAt(at, services[n] as string), rowOf(service, services[n], practitioners)),
    ),
  ]);
  const cast = { practitioners, patients, rooms: [room], services };
  const empty = { clock: Date.UTC(2026, 10, 1), holds: [], appointments: [], done: 0 };
  return { clinic, doings: doingsOf(keyring), model: plainBook(), ...empty, cast };
}

function rowOf(
  { minutes, before, after, capacity, perDay, needsRoom }: PlainService,
  id: string | undefined,
  practitioners: string[],
) {
  return {
    id,
    durationMinutes: minutes,
    slotIntervalMinutes: 5,
    bufferBeforeMinutes: before,
    bufferAfterMinutes: after,
    capacity,
    practitioners,
    active: true,
    version: 1,
    ...(needsRoom ? { requires: [{ kind: "room" }] } : {}),
    ...(perDay ? { policy: { maxPerDay: perDay } } : {}),
  };
}

/** What a deed comes to: how it decides, what the model says of it, and what it changes there. */
interface Plan {
  now: number;
  decide: Decision;
  draw: number;
  isSure(): boolean;
  /** Given what was decided and is now written. */
  note(decided: Decided): void;
}

export interface Outcome {
  /** Whether it was done; what there was nothing to do of counts as done. */
  isDone: boolean;
  reads: number;
}

/** Does one thing, pausing before each reading and each writing. */
export async function* carryOut(stage: Stage, deed: Deed): AsyncGenerator<void, Outcome> {
  stage.clock += deed.after;
  const plan = planOf(stage, deed, stage.clock - deed.lag);
  const lost = new Set<string>();
  let isExcused = false;
  for (let reads = 1; plan; reads++) {
    yield;
    isExcused ||= !plan.isSure();
    const before = stage.done;
    try {
      const decided = await plan.decide({ now: plan.now, lost, draw: (plan.draw * reads) % 1 });
      if (!decided) break;
      yield;
      isExcused ||= !plan.isSure();
      await commitAll(decided.writes);
      stage.done++;
      plan.note(decided);
      return { isDone: true, reads };
    } catch (error) {
      if (error instanceof ReadChanged) {
        if (stage.done === before) throw new Error(`${deed.kind} was to read again, though nothing was done meanwhile`);
        continue;
      }
      if (error instanceof SlotTaken && !error.thing.startsWith("pat_") && !lost.has(error.thing)) {
        lost.add(error.thing);
        continue;
      }
      if (!(error instanceof Refusal)) throw error;
      if (!isExcused) throw new Error(`${deed.kind} was refused (${error.code}), though it fits`);
      return { isDone: false, reads };
    }
  }
  return { isDone: true, reads: 0 };
}

function planOf(stage: Stage, deed: Deed, now: number): Plan | undefined {
  const { doings, cast, clinic } = stage;
  const patient = pick(cast.patients, deed.patient);
  const practitioner = pick(cast.practitioners, deed.practitioner);
  const start = pick(clinic.starts, deed.start);
  const time = { service: pick(cast.services, deed.service), start, practitioner };
  const about = { now, draw: deed.draw };
  if (deed.kind === "book")
    return { ...about, ...toTake(stage, time, { patient, now }), decide: doings.toBook(time, patient) };
  if (deed.kind === "hold") {
    const whose = deed.patient % 3 === 0 ? undefined : patient;
    return {
      ...about,
      ...toTake(stage, time, { patient: whose, now, isHold: true }),
      decide: doings.toHold(time, whose),
    };
  }
  if (deed.kind === "off") {
    const end = start + 10 * minute;
    const note = () => stage.model.takeOff({ thing: practitioner, start, end });
    return { ...about, isSure: () => true, note, decide: doings.toTakeOff(practitioner, start, end) };
  }
  const [held, made] = [stage.holds.at(-1 - deed.which), stage.appointments.at(-1 - deed.which)];
  if (deed.kind === "confirm" || deed.kind === "release")
    return held && { ...about, ...toEnd(stage, deed.kind, held, patient, now) };
  return made && { ...about, ...toChange(stage, deed.kind, made, { ...time, service: made.service }, now) };
}

type Rest = Omit<Plan, "now" | "draw">;

/** Books or holds. */
function toTake(
  stage: Stage,
  time: Time,
  { patient, now, isHold = false }: { patient: string | undefined; now: number; isHold?: boolean },
): Omit<Rest, "decide"> {
  return {
    isSure: () => stage.model.surelyFits(wantedOf(stage, time, patient, now)),
    note: ({ id, resources }) => {
      const until = isHold ? now + holdMs : forGood;
      take(stage, { id, until }, wantedOf(stage, time, patient, now, resources), now);
      const its = isHold ? stage.holds : stage.appointments;
      its.push({ ...time, id, patient, resources, until, state: "there", version: 1 });
    },
  };
}

/** Confirms a hold, or gives it back. */
function toEnd(stage: Stage, kind: "confirm" | "release", held: Taken, other: string, now: number): Rest {
  const { model, doings } = stage;
  const isThere = () => held.state === "there" && now <= held.until && model.isSurelyKept(held.until);
  if (kind === "release") {
    const note = () => {
      model.giveBack(held.id);
      held.state = "gone";
    };
    return { decide: doings.toRelease(held.id), isSure: isThere, note };
  }
  const patient = held.patient ?? other;
  const wanted = (): Wanted => {
    const { practitioner: _, room: __, ...rest } = wantedOf(stage, held, patient, now, held.resources);
    return { ...rest, instead: held.id };
  };
  return {
    decide: doings.toConfirm(held.id, patient),
    isSure: () => isThere() && model.surelyFits(wanted()),
    note: ({ id }) => {
      if (held.state === "gone") throw new Error("a hold was confirmed that had gone");
      take(stage, { id, until: forGood }, wanted(), now);
      model.giveBack(held.id);
      held.state = "gone";
      stage.appointments.push({ ...held, id, patient, until: forGood, state: "there", version: 1 });
    },
  };
}

/** Moves an appointment, or cancels it. */
function toChange(stage: Stage, kind: Deed["kind"], made: Taken, to: Time, now: number): Rest {
  const { model, doings } = stage;
  const { version } = made;
  const isSame = () => made.version === version;
  if (kind === "cancel") {
    const note = () => {
      model.giveBack(made.id);
      Object.assign(made, { state: "gone", version: made.version + 1 });
    };
    return { decide: doings.toCancel(made.id), isSure: isSame, note };
  }
  const wanted = (resources?: readonly string[]) => ({
    ...wantedOf(stage, to, made.patient, now, resources),
    instead: made.id,
  });
  return {
    decide: doings.toMove(made.id, to.start, to.practitioner),
    isSure: () => isSame() && made.state === "there" && model.surelyFits(wanted()),
    note: ({ resources }) => {
      if (made.state === "gone") throw new Error("an appointment was moved that had gone");
      take(stage, { id: made.id, until: forGood }, wanted(resources), now);
      Object.assign(made, to, { version: made.version + 1 });
    },
  };
}

function take({ model }: Stage, { id, until }: { id: string; until: number }, wanted: Wanted, now: number): void {
  if (!model.mayFit(wanted)) throw new Error(`${id} was let in, though it does not fit`);
  model.take(id, wanted.takings, until, now);
}

/** What a time takes, by the rules; `resources` once it is known which. */
function wantedOf(
  stage: Stage,
  { service, start, practitioner }: Time,
  patient: string | undefined,
  now: number,
  resources?: readonly string[],
): Wanted {
  const { cast, clinic } = stage;
  const { minutes, before, after, capacity, perDay, needsRoom } = clinic.services[
    cast.services.indexOf(service)
  ] as PlainService;
  const end = start + minutes * minute;
  const own = { start: start - before * minute, end: end + after * minute, capacity };
  const room = needsRoom ? cast.rooms[0] : undefined;
  const offset = Object.values(zones)[cast.practitioners.indexOf(practitioner)] ?? 0;
  const midnight = Math.floor((start + offset) / day) * day - offset;
  const takings: Taking[] = [
    { thing: practitioner, ...own, room: capacity > 1 ? room : undefined },
    ...(resources ?? []).map((thing) => ({ thing, ...own })),
    ...(patient ? [{ thing: patient, start, end, capacity: 1 }] : []),
    ...(perDay ? [{ thing: service, start: midnight, end: midnight + day, capacity: perDay }] : []),
  ];
  return { now, takings, practitioner, room: room && !resources ? { thing: room, ...own } : undefined };
}

function pick<Thing>(things: readonly Thing[], which: number): Thing {
  return things[which % things.length] as Thing;
}
