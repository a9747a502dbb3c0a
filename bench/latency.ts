import { daysOn, type Opening, openings } from "./calendar.ts";
import { type Asked, prepare } from "./lambda.ts";
import { median, type Pace, pace, quantile } from "./pace.ts";
import type { Finding, Size } from "./report.ts";
import { columns } from "./report.ts";
import { copyToMirror, type World } from "./world.ts";

/** Booking: one half hour of one of eight practitioners, over four weeks that fill as the bench goes on. */
export async function bookingPace(world: World, size: Size): Promise<Finding> {
  const free = shuffled(await openings(world, daysOn(0), daysOn(28)));
  const next = () => booking(world, free.pop());
  const paces = await pacesOf(world, size, next);
  const ratio = ratioOf(paces[0] as Pace);
  return {
    ...finding("Booking", paces),
    verdicts: [
      { aim: "booking at most 1.6 times its floor, 1 at a time", seen: ratio.toFixed(2), holds: ratio <= 1.6 },
    ],
  };
}

export function booking({ tokens, service }: World, opening: Opening | undefined): Promise<() => Promise<string>> {
  if (!opening) throw new Error("no open time is left to book");
  const body = { ...opening, service, reason: "Blood pressure check after the change of medication" };
  return prepare("appointments.book", { token: tokens.desk, body });
}

/** Reading a patient's demographics. */
export async function readPace(world: World, size: Size): Promise<Finding> {
  let turn = 0;
  const next = () => {
    const patientId = world.patients[turn++ % world.patients.length] as string;
    return prepare("patients.read", { token: world.tokens.desk, params: { patientId } });
  };
  return finding("Reading a patient", await pacesOf(world, size, next));
}

/** What a patient portal asks for: a week of all who offer the service, in the patient's zone. */
export function weekOf({ tokens, service }: World, week: number): Asked {
  const query = {
    service,
    from: daysOn(7 * week),
    to: daysOn(7 * week + 7),
    limit: "100",
    timeZone: "America/New_York",
  };
  return { token: tokens.desk, query };
}

/** Seven days' availability of eight practitioners who are booked to the half. */
export async function availabilityPace(world: World, size: Size): Promise<Finding> {
  const week = 5;
  const free = await openings(world, daysOn(7 * week), daysOn(7 * week + 7));
  for (const opening of free.filter((_, place) => place % 2 === 0)) await (await booking(world, opening))();
  const next = () => prepare("availability.search", weekOf(world, week));
  return finding("7 days' availability", await pacesOf(world, size, next));
}

export async function pacesOf(world: World, { alone, together }: Size, next: () => Promise<() => Promise<unknown>>) {
  await copyToMirror(world);
  const { replayOf } = world;
  return [
    await pace({ atOnce: 1, count: alone, warmup: 200, next, replayOf }),
    await pace({ atOnce: 16, count: together, warmup: 128, next, replayOf }),
  ];
}

function ratioOf({ operation, floor }: Pace): number {
  return median(operation) / median(floor);
}

export function finding(title: string, paces: Pace[]): Finding {
  const rows = paces.map((each) => [String(each.atOnce), ...cellsOf(each)]);
  return { title, text: columns(["at once", ...paceHead], rows), raw: paces, verdicts: [] };
}

/** What is shown of a pace, and the cells under it. */
export const paceHead = ["samples", "p50 ms", "p99 ms", "floor p50", "floor p99", "p50 ratio"];

export function cellsOf(measured: Pace): string[] {
  const { operation, floor } = measured;
  return [
    String(operation.length),
    ...[operation, floor].flatMap((times) => [quantile(times, 0.5), quantile(times, 0.99)].map(shown)),
    ratioOf(measured).toFixed(2),
  ];
}

function shown(ms: number): string {
  return ms.toFixed(2);
}

/** In an order that is the same in every run (Fisher and Yates, with a linear congruential generator). */
function shuffled<Each>(all: readonly Each[]): Each[] {
  const mixed = [...all];
  let state = 20_260_101;
  for (let place = mixed.length - 1; place > 0; place--) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    const other = Math.floor((state / 2 ** 32) * (place + 1));
    [mixed[place], mixed[other]] = [mixed[other] as Each, mixed[place] as Each];
  }
  return mixed;
}
