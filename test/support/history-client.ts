import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Chance } from "./history-random.ts";
import { type Answer, type Known, type Operation, wish } from "./history-wishes.ts";
import type { Scene, World } from "./history-world.ts";

/** The time that requests say they come in at: it runs faster than ours, that holds may lapse, and never stands. */
export interface Clock {
  next(): string;
  /** Its reading now, in milliseconds since 1970. */
  now(): number;
}

export function startClock(speed: number): Clock {
  const [base, started] = [Date.now(), performance.now()];
  const now = () => base + Math.floor((performance.now() - started) * speed);
  let last = 0;
  return {
    now,
    next: () => {
      last = Math.max(last + 1, now());
      return new Date(last).toISOString();
    },
  };
}

/** Wants one thing after the other, at random, until told to stop. */
export async function wantThings(world: World, scene: Scene, chance: Chance, given: Telling): Promise<void> {
  while (!given.isOver()) {
    const wanted = wish(scene, chance, given.known);
    if (!wanted) continue;
    given.operations.push(wanted);
    const isTwice = wanted.key !== undefined && chance.happens(0.08);
    await Promise.all([carryOut(world, chance, wanted, given), isTwice && carryOut(world, chance, wanted, given)]);
    // Somebody who did not hear the answer asks again, later.
    if (wanted.key && isDone(wanted) && chance.happens(0.15)) await carryOut(world, chance, wanted, given);
  }
}

/** Books times that nobody else wants, one of each kind, so that something is surely left to look at. */
export async function wantSpare(world: World, scene: Scene, chance: Chance, given: Telling): Promise<void> {
  const [practitioner, patient] = [scene.practitioners[0], scene.patients[0]];
  for (const [place, start] of scene.spare.entries()) {
    const body = { practitioner, patient, service: scene.services[place], start };
    const asked = { method: "POST", path: "/v1/appointments", key: randomUUID(), body };
    const wanted: Operation = { kind: "book", token: chance.pick(scene.tokens), ...asked, attempts: [], answers: [] };
    given.operations.push(wanted);
    await carryOut(world, chance, wanted, given);
  }
}

export interface Telling {
  operations: Operation[];
  known: Known;
  clock: Clock;
  isOver: () => boolean;
}

function isDone({ answers }: Operation): boolean {
  return answers.some(({ status }) => status < 300);
}

/** Sends it until it is answered: a broken connection and a 503 say nothing of what became of it. */
async function carryOut(world: World, chance: Chance, wanted: Operation, { clock, known }: Telling): Promise<void> {
  const { method, path, token, key, ifMatch, body } = wanted;
  for (;;) {
    const attempt = { at: clock.next(), sent: performance.now() };
    wanted.attempts.push(attempt);
    const headers = {
      authorization: `Bearer ${token}`,
      "x-test-now": attempt.at,
      ...(body ? { "content-type": "application/json" } : {}),
      ...(key ? { "idempotency-key": key } : {}),
      ...(ifMatch ? { "if-match": `"${ifMatch}"` } : {}),
    };
    const answer = await send(`${world.gateway(chance)}${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
    });
    if (answer && answer.status !== 503) {
      wanted.answers.push(answer);
      learn(known, wanted, answer);
      return;
    }
    await setTimeout(20 + chance.next() * 80);
  }
}

/** The answer, where one came whole. */
async function send(url: string, request: RequestInit): Promise<Answer | undefined> {
  try {
    const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(15_000) });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : {}, came: performance.now() };
  } catch {
    return undefined;
  }
}

function learn(known: Known, { kind }: Operation, { status, body }: Answer): void {
  if (status >= 300 || kind === "release") return;
  if (kind === "hold") known.holds.push({ id: body.id, patient: body["patient"] as string | undefined });
  else if ((known.appointments.get(body.id)?.version ?? 0) < body.version) known.appointments.set(body.id, body);
}
