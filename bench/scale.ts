import { DynamoDBClient, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import { paginateScan } from "@aws-sdk/lib-dynamodb";
import { createTables, dropTables } from "../lib/local/create-tables.ts";
import { halfHours, type Row, rowsOf, store } from "../test/support/stored-appointments.ts";
import { daysOn } from "./calendar.ts";
import { clinic, mirror } from "./floor.ts";
import { prepare } from "./lambda.ts";
import { cellsOf, paceHead, weekOf } from "./latency.ts";
import { median, type Pace, pace } from "./pace.ts";
import { columns, type Finding, type Size } from "./report.ts";
import type { World } from "./world.ts";

const day = 86_400_000;
const week = 9;

interface Table {
  appointments: number;
  names: { clinic: string; keys: string; audit: string };
  measured: Pace;
}

/**
 * One search, 7 days' availability of eight who are booked to the half, in a table of 1,000 appointments and in one of
 * 100,000. The two take turns, so that whatever else the machine does meets both.
 */
export async function scale(world: World, { alone }: Size): Promise<Finding> {
  const inUse = process.env["CLINIC_TABLE"] as string;
  const tables = [1000, 100_000].map((appointments): Table => {
    const name = `${inUse}-${appointments}`;
    const names = { clinic: name, keys: `${name}-keys`, audit: `${name}-audit` };
    return { appointments, names, measured: { atOnce: 1, operation: [], floor: [] } };
  });
  const native = new DynamoDBClient({ endpoint: process.env["DYNAMODB_ENDPOINT"] });
  try {
    for (const { names, appointments } of tables) {
      await createTables(native, names);
      // Nobody reads what it would keep of every write.
      const StreamSpecification = { StreamEnabled: false };
      await native.send(new UpdateTableCommand({ TableName: names.clinic, StreamSpecification }));
      await fill(world, names.clinic, appointments);
    }
    // The first turns of either warm up and are not counted.
    for (const table of tables) await measure(world, table, 100);
    for (const table of tables) table.measured = { atOnce: 1, operation: [], floor: [] };
    for (let turn = 0; turn < alone / 10; turn++) {
      for (const table of turn % 2 === 0 ? tables : tables.toReversed()) await measure(world, table, 10);
    }
  } finally {
    process.env["CLINIC_TABLE"] = inUse;
    for (const { names } of tables) await dropTables(native, names);
    native.destroy();
  }
  return told(tables);
}

function told(tables: readonly Table[]): Finding {
  const [few = Number.NaN, many = Number.NaN] = tables.map(({ measured }) => median(measured.operation));
  const rows = tables.map(({ appointments, measured }) => [String(appointments), ...cellsOf(measured)]);
  return {
    title: "7 days' availability, by the number of appointments in the table",
    text: columns(["appointments", ...paceHead], rows),
    raw: tables,
    verdicts: [
      {
        aim: "availability takes with 100,000 appointments at most 1.15 times as long as with 1,000",
        seen: (many / few).toFixed(2),
        holds: many / few <= 1.15,
      },
    ],
  };
}

async function measure(world: World, { names, measured }: Table, count: number): Promise<void> {
  process.env["CLINIC_TABLE"] = names.clinic;
  const next = () => prepare("availability.search", weekOf(world, week));
  const { operation, floor } = await pace({ atOnce: 1, count, warmup: 2, next, replayOf: world.replayOf });
  measured.operation.push(...operation);
  measured.floor.push(...floor);
}

/** A table with the clinic's people, services and hours, so many appointments, and what the floor reads of it. */
async function fill({ client, practitioners, service }: World, table: string, appointments: number): Promise<void> {
  const kept = ["MEMBER", "CLINIC", "SERVICE", "PRACTITIONER", "SCHEDULE", "RESOURCE"];
  const settings: Row[] = [];
  const scan = { TableName: process.env["CLINIC_TABLE"], ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client }, scan))
    settings.push(
      ...(Items as Row[]).filter(({ pk }) =>
        kept.some(
          (family) => pk.startsWith(`${family}#${clinic}`) || (family === "MEMBER" && pk.startsWith("MEMBER#")),
        ),
      ),
    );
  const start = Date.parse(daysOn(7 * week));
  const searched = [...halfHours(practitioners, start, 5, 14)].filter((_, place) => place % 2 === 0);
  const common = [...settings, ...(await rowsOf(clinic, service, searched))];
  await store(client, table, [...common, ...common.map(mirror).filter(({ pk }) => !pk.startsWith("MEMBER#"))]);
  const others = Array.from({ length: 100 }, (_, place) => `prc_Other${String(place).padStart(17, "0")}`);
  const half = Math.floor((appointments - searched.length) / 2);
  await store(
    client,
    table,
    await rowsOf(clinic, service, halfHours(practitioners, start - 400 * day, 400, 16).take(half)),
  );
  const rest = appointments - searched.length - half;
  await store(client, table, await rowsOf(clinic, service, halfHours(others, start - 3 * day, 400, 16).take(rest)));
}
