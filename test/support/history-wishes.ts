import { randomUUID } from "node:crypto";
import type { Chance } from "./history-random.ts";
import type { Scene } from "./history-world.ts";

export type Kind = "book" | "hold" | "confirm" | "release" | "reschedule" | "cancel" | "set-status";

/** One sending of a request. The instant it says it came in is its own alone, so what it wrote can be told by it. */
export interface Attempt {
  at: string;
  /** When it was sent (milliseconds of this machine's running). */
  sent: number;
}

export interface Answer {
  status: number;
  // What a request made or changed, or the problem.
  body: { id: string; version: number; status: string; start: string; end: string; code?: string } & Record<
    string,
    unknown
  >;
  /** When it was there (milliseconds of this machine's running). */
  came: number;
}

/** Something a client wanted, with every sending and every answer: it is sent until there is an answer. */
export interface Operation {
  kind: Kind;
  token: string;
  method: string;
  path: string;
  /** The Idempotency-Key; one for all the sendings of a POST. */
  key?: string | undefined;
  ifMatch?: number | undefined;
  body?: Record<string, unknown> | undefined;
  /** The appointment or hold that it is about. */
  target?: string | undefined;
  attempts: Attempt[];
  answers: Answer[];
}

/** What the clients know of one another's doings. */
export interface Known {
  appointments: Map<string, Answer["body"]>;
  holds: { id: string; patient?: string | undefined }[];
}

const shares: [Kind, number][] = [
  ["book", 0.32],
  ["hold", 0.14],
  ["confirm", 0.14],
  ["release", 0.05],
  ["reschedule", 0.15],
  ["cancel", 0.12],
  ["set-status", 0.08],
];

/** Something to want next; nothing where there is nothing yet to want it of. */
export function wish(scene: Scene, chance: Chance, known: Known): Operation | undefined {
  let drawing = chance.next();
  const [kind] = shares.find(([, share]) => {
    drawing -= share;
    return drawing < 0;
  }) ?? ["book"];
  const token = chance.pick(scene.tokens);
  const about = asked(kind, scene, chance, known);
  const key = about?.method === "POST" ? randomUUID() : undefined;
  return about && { kind, token, key, ...about, attempts: [], answers: [] };
}

type About = Pick<Operation, "method" | "path" | "ifMatch" | "body" | "target">;

function asked(kind: Kind, scene: Scene, chance: Chance, known: Known): About | undefined {
  const patient = chance.pick(scene.patients);
  // Half of what is wanted is for several at once, else those who share would seldom meet.
  const [shared, others] = [Object.keys(scene.limits), scene.services];
  const time = { service: chance.pick(chance.happens(0.3) ? shared : others), start: chance.pick(scene.starts) };
  const practitioner = chance.happens(0.7) ? chance.pick(scene.practitioners) : undefined;
  if (kind === "book") {
    const allowPatientOverlap = chance.happens(0.2) || undefined;
    return { method: "POST", path: "/v1/appointments", body: { patient, practitioner, ...time, allowPatientOverlap } };
  }
  if (kind === "hold") {
    const forWhom = chance.happens(0.7) ? patient : undefined;
    return { method: "POST", path: "/v1/holds", body: { patient: forWhom, practitioner, ...time } };
  }
  if (kind === "confirm" || kind === "release") {
    // Mostly one of the latest: the others have lapsed.
    const held = known.holds.slice(chance.happens(0.9) ? -5 : 0);
    if (held.length === 0) return undefined;
    const { id, patient: whose = patient } = chance.pick(held);
    if (kind === "release") return { method: "DELETE", path: `/v1/holds/${id}`, target: id };
    return { method: "POST", path: "/v1/appointments", body: { hold: id, patient: whose }, target: id };
  }
  return known.appointments.size === 0 ? undefined : change(kind, time.start, practitioner, chance, known);
}

const states = ["arrived", "checked-in", "fulfilled", "noshow", "cancelled", "entered-in-error"];

function change(kind: Kind, start: string, practitioner: string | undefined, chance: Chance, known: Known): About {
  const active = [...known.appointments.values()].filter(({ status }) => status === "booked");
  const all = [...known.appointments.values()];
  const { id, version } = chance.pick(active.length > 0 && chance.happens(0.9) ? active : all);
  const path = `/v1/appointments/${id}`;
  if (kind === "set-status") {
    return {
      method: "PUT",
      path: `${path}/status`,
      body: { status: chance.pick(states) },
      ifMatch: version,
      target: id,
    };
  }
  const ifMatch = chance.happens(0.3) ? version : undefined;
  const body = kind === "cancel" ? {} : { start, practitioner };
  return { method: "POST", path: `${path}/${kind}`, body, ifMatch, target: id };
}
