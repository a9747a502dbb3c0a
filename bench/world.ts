import { type DynamoDBDocumentClient, BatchWriteCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import { seed } from "../bin/seed.ts";
import { startBackend } from "../lib/local/backend.ts";
import { demoPassword } from "../lib/local/demo.ts";
import { bareClient, isMirrored, listen, mirror, type Replay, type Sent } from "./floor.ts";
import { ask } from "./lambda.ts";

/** The clinic that everything is measured in, with a copy of it for the floor. */
export interface World {
  tokens: { admin: string; desk: string; practitioner: string; privacy: string };
  /** Eight, with a general practice's hours in New York; each offers the service. */
  practitioners: string[];
  /** Sixteen for each practitioner, so that no patient is booked twice at a time. */
  patients: string[];
  /** A practitioner whose hours never end, for crowds. */
  everOpen: string;
  /** A consultation of 30 minutes. */
  service: string;
  client: DynamoDBDocumentClient;
  tableNames: readonly string[];
  replayOf: (sent: readonly Sent[]) => Replay;
  stop: () => Promise<void>;
}

const weekdays = ["mon", "tue", "wed", "thu", "fri"];
const hours = {
  zone: "America/New_York",
  windows: [
    { days: weekdays, start: "09:00", end: "12:00" },
    { days: weekdays, start: "13:00", end: "17:00" },
  ],
};
const always = { zone: "UTC", windows: [{ days: [...weekdays, "sat", "sun"], start: "00:00", end: "00:00" }] };

/** Starts the whole backend in memory and sets the clinic up through its own handlers. */
export async function startWorld(): Promise<World> {
  const backend = await startBackend({ inMemory: true, port: 0, quiet: true });
  await seed(backend);
  // As in production, from here on: answers go out unchecked.
  delete process.env["CHECK_ANSWERS"];
  await listen();
  const tokenOf = async (user: string) => (await backend.signIn(`${user}@demo.clinic`, demoPassword)).accessToken;
  const tokens = {
    admin: await tokenOf("admin"),
    desk: await tokenOf("desk"),
    practitioner: await tokenOf("dr.okafor"),
    privacy: await tokenOf("privacy"),
  };
  const practitioners = await inTurns(8, () => addPractitioner(tokens.admin, hours));
  const everOpen = await addPractitioner(tokens.admin, always);
  const { id: service } = await ask<{ id: string }>("services.add", {
    token: tokens.admin,
    body: { name: "Consultation", durationMinutes: 30, practitioners: [...practitioners, everOpen] },
  });
  const patients = await inTurns(128, (place) => register(tokens.desk, place));
  const tableNames = Object.values(backend.tableNames);
  const { client, replayOf } = bareClient();
  const people = { practitioners, patients, everOpen, service };
  return { tokens, ...people, client, tableNames, replayOf, stop: backend.stop };
}

/** Makes the mirror clinic: a copy of every item of the clinic as it now is. */
export async function copyToMirror({ client, tableNames }: World): Promise<void> {
  for (const table of tableNames) {
    const items: Record<string, unknown>[] = [];
    for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true }))
      items.push(...Items.filter((item) => isMirrored(item as { pk: string; sk: string })));
    for (let from = 0; from < items.length; from += 25) {
      const writes = items.slice(from, from + 25).map((item) => ({ PutRequest: { Item: mirror(item) } }));
      await client.send(new BatchWriteCommand({ RequestItems: { [table]: writes } }));
    }
  }
}

async function addPractitioner(token: string, schedule: object): Promise<string> {
  const { id } = await ask<{ id: string }>("practitioners.add", { token, body: { name: { text: "Dr. Bench" } } });
  await ask("practitioners.replaceSchedule", { token, params: { practitionerId: id }, body: schedule, version: 1 });
  return id;
}

/** A patient with all that a front desk usually asks for. */
export function person(place: number) {
  const number = String(place).padStart(4, "0");
  return {
    name: { given: ["Joana", "Beatriz"], family: `Albuquerque${number}` },
    birthDate: "1979-11-23",
    gender: "female",
    phones: [`+1 202 555 ${number}`],
    emails: [`joana.${number}@example.com`],
    address: { lines: ["1600 Harbor Street", "Apt 4B"], city: "Boston", state: "MA", postalCode: "02110", country: "US" },
    mrn: `BENCH-${number}`,
    language: "en-US",
  };
}

async function register(token: string, place: number): Promise<string> {
  return (await ask<{ id: string }>("patients.register", { token, body: person(place) })).id;
}

async function inTurns<Result>(count: number, work: (place: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let place = 0; place < count; place++) results.push(await work(place));
  return results;
}

const day = 86_400_000;
/** Midnight (UTC) of a Monday in two or three weeks: every reminder is still to come. Day 4 since 1970 was a Monday. */
const monday = (Math.ceil((Date.now() / day + 14 - 4) / 7) * 7 + 4) * day;

/** The instant so many days after the first Monday of the bench's calendar. */
export function daysOn(days: number): string {
  return new Date(monday + days * day).toISOString();
}

/** Where a patient can be booked. */
export interface Opening {
  practitioner: string;
  patient: string;
  start: string;
}

/** Every open time of some days, each with a patient who is free then, in the order of time. */
export async function openings(world: World, from: string, to: string): Promise<Opening[]> {
  const { service, patients, practitioners, tokens } = world;
  const perPractitioner = await Promise.all(
    practitioners.map(async (practitioner, whose) => {
      const found: Opening[] = [];
      const own = patients.filter((_, place) => place % practitioners.length === whose);
      for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
        const query = { service, practitioner, from, to, limit: "100", ...(cursor ? { cursor } : {}) };
        const page = await ask<{ items: { start: string }[]; next?: string }>("availability.search", {
          token: tokens.desk,
          query,
        });
        for (const { start } of page.items)
          found.push({ practitioner, patient: own[found.length % own.length] as string, start });
        cursor = page.next;
      }
      return found;
    }),
  );
  return perPractitioner.flat().sort((a, b) => a.start.localeCompare(b.start));
}
