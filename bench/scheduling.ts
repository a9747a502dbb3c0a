import { daysOn, later } from "./calendar.ts";
import { ask, prepare } from "./lambda.ts";
import { finding, pacesOf } from "./latency.ts";
import type { Finding, Size } from "./report.ts";
import { addPractitioner, addService, always, type World } from "./world.ts";

/** Half hours of days that begin so many days after the bench's first Monday, without end. */
function* halfHours(firstDay: number): Generator<string, never> {
  for (let slot = 0; ; slot++) yield later(daysOn(firstDay), slot * 30);
}

/** Holding a time for nobody yet and confirming it for a patient: two requests, measured as one operation. */
export async function holdPace(world: World, size: Size): Promise<Finding> {
  const { tokens, patients } = world;
  const practitioner = await addPractitioner(tokens.admin, always);
  const service = await addService(tokens.admin, [practitioner]);
  const starts = halfHours(60);
  let turn = 0;
  const next = async () => {
    const body = { service, practitioner, start: starts.next().value };
    const place = await prepare("holds.place", { token: tokens.desk, body });
    const patient = patients[turn++ % patients.length];
    return async () => {
      const { id } = JSON.parse(await place()) as { id: string };
      const confirm = await prepare("appointments.book", { token: tokens.desk, body: { hold: id, patient } });
      return confirm();
    };
  };
  return finding("Holding a time and confirming it", await pacesOf(world, size, next));
}

/** Booking whoever is free of 50 practitioners, the least booked first. */
export async function anyPace(world: World, size: Size): Promise<Finding> {
  const { tokens, patients } = world;
  const practitioners = [];
  for (let count = 0; count < 50; count++) practitioners.push(await addPractitioner(tokens.admin, always));
  const service = await addService(tokens.admin, practitioners);
  const starts = halfHours(120);
  let turn = 0;
  const next = () => {
    const body = { service, patient: patients[turn++ % patients.length], start: starts.next().value };
    return prepare("appointments.book", { token: tokens.desk, body });
  };
  return finding("Booking any of 50 practitioners", await pacesOf(world, size, next));
}

/** A day of 30 practitioners, eight appointments each. */
export async function agendaPace(world: World, size: Size): Promise<Finding> {
  const { tokens, patients } = world;
  const practitioners: string[] = [];
  const starts = halfHours(200);
  const day = Array.from({ length: 8 }, () => starts.next().value);
  for (let whose = 0; whose < 30; whose++) {
    const practitioner = await addPractitioner(tokens.admin, always);
    const service = await addService(tokens.admin, [practitioner]);
    for (const [place, start] of day.entries()) {
      const patient = patients[(whose + place * 30) % patients.length];
      await ask("appointments.book", { token: tokens.desk, body: { patient, practitioner, service, start } });
    }
    practitioners.push(practitioner);
  }
  const query = { date: (day[0] as string).slice(0, 10), zone: "UTC", practitioners: practitioners.join(",") };
  const next = () => prepare("agenda.read", { token: tokens.desk, query });
  return finding("The agenda of 30 practitioners", await pacesOf(world, size, next));
}
