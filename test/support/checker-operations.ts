import { createHash } from "node:crypto";
import { isActive } from "./checker-day-books.ts";
import { canonical, lastPart, type Row, type Seen, type Step } from "./checker-seen.ts";
import { crowdsIn, dayOf, stretchesOf } from "./checker-stretches.ts";
import type { Answer, Operation } from "./history-wishes.ts";
import type { Scene } from "./history-world.ts";

/** What clients may be told. Anything else is a fault, a 500 first of all; 503 is not an answer. */
const foreseen = new Set([200, 201, 204, 409, 410, 412, 422]);

/** Every answer is true, every key brought about one thing or nothing, and what was refused was not done. */
export function operationFaults(seen: Seen, operations: readonly Operation[]): string[] {
  const stepAt = new Map([...seen.steps.values()].flat().map((step) => [canonical(step.happenedAt), step]));
  const holdAt = new Map(seen.holds.map((hold) => [canonical(hold.createdAt), hold]));
  return operations.flatMap((operation) => {
    const { kind, answers, attempts, key } = operation;
    const name = `${kind} at ${attempts[0]?.at}`;
    const done = answers.filter(({ status }) => status < 300);
    const made = attempts.flatMap(({ at }) => (kind === "hold" ? holdAt.get(at) : stepAt.get(at)) ?? []);
    const isRemembered = key !== undefined && seen.once.has(createHash("sha256").update(key).digest("base64url"));
    const bodies = new Set(done.map(({ status, body }) => `${status} ${JSON.stringify(body)}`));
    return [
      ...answers.filter(({ status }) => !foreseen.has(status)).map(({ status }) => `${name} was answered ${status}`),
      ...(answers.length === 0 ? [`${name} was never answered`] : []),
      ...(made.length > 1 ? [`${name} was done ${made.length} times`] : []),
      // Without a key, a change whose answer was lost is told 412 when it is sent again.
      ...(key && made.length > 0 && done.length === 0 ? [`${name} was done, and refused`] : []),
      ...(key && isRemembered !== done.length > 0
        ? [`the key of ${name} is ${isRemembered ? "" : "not "}remembered`]
        : []),
      ...(bodies.size > 1 && key ? [`${name} was answered ${[...bodies].join(" and ")}`] : []),
      ...done.flatMap((answer) => truthFaults(name, operation, answer, seen)),
    ];
  });
}

/** What was answered is what lies in the table, or lay there at that version. */
function truthFaults(name: string, { kind, ifMatch }: Operation, { body }: Answer, seen: Seen): string[] {
  if (kind === "release") return [];
  if (kind === "hold")
    return seen.holds.some(({ id }) => id === body.id) ? [] : [`${name} held ${body.id}: it is not there`];
  const step = seen.steps.get(body.id)?.find(({ version }) => version === body.version);
  const isTrue =
    step?.status === body.status && step.start === body.start && step.practitioner === body["practitioner"];
  const isNext = ifMatch === undefined || body.version === ifMatch + 1 || body.version === ifMatch;
  return [
    ...(isTrue ? [] : [`${name} answered version ${body.version} of ${body.id}, which is not so`]),
    ...(isNext ? [] : [`${name} went past If-Match ${ifMatch}: ${body.version}`]),
  ];
}

/**
 * Nobody was in two places at any time, nor were there too many, though it be put right by the end: from the answer to a
 * change until the next change is sent, an appointment surely takes its time.
 */
export function overlapFaults({ appointments, steps }: Seen, operations: readonly Operation[], scene: Scene): string[] {
  const asking = new Map(operations.flatMap((each) => each.attempts.map(({ at }) => [at, each] as const)));
  const lives = appointments.flatMap((row) => livesOf(row, steps.get(row.id) ?? [], asking, scene));
  // Where too many were there at once, they were when the last of them came.
  return [...Map.groupBy(lives, ({ thing }) => thing).values()].flatMap((its) =>
    its.flatMap((last) => {
      const there = its.filter(
        ({ from, to, start, end }) => from <= last.from && last.from < to && start < last.end && last.start < end,
      );
      return crowdsIn(there).map(
        ([thing, crowd]) => `${thing} was for a time double-booked by ${crowd.map(({ id }) => id).join(" and ")}`,
      );
    }),
  );
}

function livesOf(row: Row, its: readonly Step[], operations: ReadonlyMap<string, Operation>, scene: Scene) {
  const asking = (step: Step | undefined) => step && operations.get(canonical(step.happenedAt));
  // Whether it overlaps another of the patient's is known of the row alone, and of no earlier version.
  const mayOverlap = asking(its[0])?.body?.["allowPatientOverlap"] === true;
  return its.flatMap((step, place) => {
    const answer = asking(step)?.answers.find(({ status, body }) => status < 300 && body.version === step.version);
    if (!answer || !isActive(step)) return [];
    const next = its[place + 1];
    const to = next ? asking(next)?.attempts[0]?.sent : Number.POSITIVE_INFINITY;
    const told = answer.body as unknown as Row;
    const { capacity, perDay } = scene.limits[told.service] ?? {};
    const midnight = Date.parse(dayOf(Date.parse(told.start)));
    const daily = perDay ? { start: midnight, end: midnight + 86_400_000, most: perDay, place: 0 } : undefined;
    // The buffers of an earlier version may have been another service's; without them it is a weaker claim, and true.
    const taking = { ...told, buffers: { before: 0, after: 0 }, capacity, daily };
    const taken = stretchesOf(taking, { overlapsPatient: mayOverlap });
    return taken.map((stretch) => ({ ...stretch, id: lastPart(step.pk) || row.id, from: answer.came, to: to ?? 0 }));
  });
}
