import { BatchWriteCommand, type DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { faker } from "@faker-js/faker/locale/en";
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
  /** A consultation of 30 minutes. */
  service: string;
  /** For crowds: a practitioner whose hours never end, and the service of 30 minutes that only they offer. */
  everOpen: { practitioner: string; service: string };
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
export const always = { zone: "UTC", windows: [{ days: [...weekdays, "sat", "sun"], start: "00:00", end: "00:00" }] };

/** Starts the whole backend in memory and sets the clinic up through its own handlers. */
export async function startWorld(): Promise<World> {
  const backend = await startBackend({ inMemory: true, port: 0, quiet: true, requestsOnly: true });
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
  const service = await addService(tokens.admin, practitioners);
  const practitioner = await addPractitioner(tokens.admin, always);
  const everOpen = { practitioner, service: await addService(tokens.admin, [practitioner]) };
  const patients = await inTurns(128, (place) => register(tokens.desk, place));
  const tableNames = Object.values(backend.tableNames);
  const { client, replayOf } = bareClient();
  const people = { practitioners, patients, service, everOpen };
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

export async function addPractitioner(token: string, schedule: object): Promise<string> {
  const { id } = await ask<{ id: string }>("practitioners.add", { token, body: { name: { text: "Dr. Bench" } } });
  await ask("schedules.replace", { token, params: { practitionerId: id }, body: schedule, version: 1 });
  return id;
}

export async function addService(token: string, practitioners: string[]): Promise<string> {
  const body = { name: "Consultation", durationMinutes: 30, practitioners };
  return (await ask<{ id: string }>("services.add", { token, body })).id;
}

/** A patient with all that a front desk usually asks for; the same for the same number in every run. */
export function person(place: number) {
  faker.seed(place);
  const number = String(place).padStart(4, "0");
  return {
    name: { given: [faker.person.firstName(), faker.person.middleName()], family: faker.person.lastName() },
    birthDate: "1979-11-23",
    gender: "female",
    phones: [`+1 202 555 ${number}`],
    emails: [faker.internet.email({ provider: "example.com" })],
    address: {
      lines: [faker.location.streetAddress(), faker.location.secondaryAddress()],
      city: faker.location.city(),
      state: "MA",
      postalCode: "02110",
      country: "US",
    },
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
