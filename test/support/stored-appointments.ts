import { BatchWriteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Visit } from "../../functions/appointments/model.ts";
import type { Write } from "../../functions/kernel/commit.ts";
import { newId } from "../../functions/kernel/ids.ts";

/*
 * Appointments by the thousand, without a request for each: the rows that booking them would have left, made by the
 * functions that booking uses and put into the table directly. To be used where the handlers' environment is set.
 */

const halfHour = 30 * 60_000;
const day = 86_400_000;

export type Row = Record<string, unknown> & { pk: string; sk: string };

/** A half hour of somebody's. */
export interface Booked {
  practitioner: string;
  /** Milliseconds since 1970. */
  start: number;
}

/** The half hours of some days from a first one (UTC midnight) on, so many a day from 14:00Z, day by day. */
export function* halfHours(practitioners: readonly string[], firstDay: number, days: number, perDay: number) {
  for (let each = 0; each < days; each++) {
    for (const practitioner of practitioners) {
      for (let slot = 0; slot < perDay; slot++)
        yield { practitioner, start: firstDay + each * day + 14 * 3_600_000 + slot * halfHour } satisfies Booked;
    }
  }
}

/** The rows of so many appointments and their practitioners' day-books; patients' day-books, history and events are left out. */
export async function rowsOf(clinic: string, service: string, booked: Iterable<Booked>): Promise<Row[]> {
  const { booking } = await import("../../functions/appointments/store.ts");
  const { openKeyring } = await import("../../functions/kernel/keyring.ts");
  const { newPatientKey } = await import("../../functions/kernel/patient-keys.ts");
  const keyring = await openKeyring(clinic);
  const people = Array.from({ length: 500 }, () => newPatientKey(keyring, newId("pat")).key);
  const rows = new Map<string, Row>();
  let turn = 0;
  for (const { practitioner, start } of booked) {
    const key = people[turn++ % people.length]!;
    const visit = visitOf({ patient: key.patient, practitioner, service, start });
    const writes = booking(keyring, { visit, key }, { user: "filler", clinic, role: "admin" });
    for (const write of writes) apply(rows, write);
  }
  return [...rows.values()].filter(({ pk, sk }) => pk.startsWith(`DAYBOOK#${clinic}#prc_`) || sk === "APPOINTMENT");
}

function visitOf({ start, ...who }: Booked & { patient: string; service: string }): Visit {
  const text = (ms: number) => new Date(ms).toISOString().replace(".000", "");
  const now = text(start - 10 * day);
  return {
    appointment: {
      ...(who as Pick<Visit["appointment"], "patient" | "practitioner" | "service">),
      id: newId("apt"),
      status: "booked",
      start: text(start),
      end: text(start + halfHour),
      resources: [],
      reason: "Blood pressure check after the change of medication",
      sequence: 0,
      version: 1,
      createdAt: now,
      updatedAt: now,
    },
    buffers: { before: 0, after: 0 },
    claims: true,
  };
}

/** What a write leaves: a whole item, or an item with attributes set. */
function apply(rows: Map<string, Row>, { item: { Put, Update } }: Write): void {
  if (Put) {
    const row = Put.Item as Row;
    rows.set(`${row.pk} ${row.sk}`, row);
    return;
  }
  const { pk, sk } = (Update?.Key ?? {}) as Row;
  const row: Row = rows.get(`${pk} ${sk}`) ?? { pk, sk };
  const sets = /^SET (.+)$/.exec(Update?.UpdateExpression ?? "")?.[1] ?? "";
  for (const each of sets.split(",")) {
    const [, name, value] = /^(#?\w+) = (:\w+)$/.exec(each) ?? [];
    if (!name || !value) throw new Error(`cannot tell what "${Update?.UpdateExpression}" leaves`);
    row[Update?.ExpressionAttributeNames?.[name] ?? name] = Update?.ExpressionAttributeValues?.[value];
  }
  rows.set(`${pk} ${sk}`, row);
}

/** Puts rows into a table, some batches at a time. */
export async function store(client: DynamoDBDocumentClient, table: string, rows: readonly Row[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(rows.length / 25) }, (_, n) => rows.slice(n * 25, n * 25 + 25));
  let next = 0;
  const worker = async () => {
    for (let batch = batches[next++]; batch; batch = batches[next++]) {
      const writes = batch.map((Item) => ({ PutRequest: { Item } }));
      const { UnprocessedItems = {} } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: writes } }));
      if (Object.keys(UnprocessedItems).length > 0) throw new Error("the table did not take all of a batch");
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}
