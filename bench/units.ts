import { daysOn, type Opening, openings } from "./calendar.ts";
import { type Cost, costOf, type Written } from "./cost.ts";
import { type Asked, ask, prepare } from "./lambda.ts";
import { booking, weekOf } from "./latency.ts";
import { columns, type Finding } from "./report.ts";
import { person, type World } from "./world.ts";

/** What each operation asks of DynamoDB, and what that is billed. */
export async function units(world: World): Promise<Finding> {
  const costs: [name: string, cost: Cost][] = [];
  for await (const [name, route, asked] of operations(world)) {
    // Whoever asks is remembered by then, as are the clinic's keys: both are read only now and then.
    await ask("practitioners.list", { token: asked.token, query: { limit: "1" } });
    costs.push([name, await costOf(world.client, await prepare(route, asked))]);
  }
  const head = [
    "operation",
    "requests",
    "items read",
    "read units",
    "items written",
    "bytes",
    "write units",
    "of index",
  ];
  const items = costs.flatMap(([name, { written }]) => itemised(name, written));
  const itemHead = ["operation", "writes", "items", "bytes", "write units", "of index"];
  return {
    title: "DynamoDB requests and capacity units of one operation",
    text: `${columns(head, costs.map(rowOf))}\n\nThe items written:\n\n${columns(itemHead, items)}`,
    raw: Object.fromEntries(costs),
    verdicts: [],
  };
}

function rowOf([name, { requests, written, readUnits }]: [string, Cost]): string[] {
  const counts = Map.groupBy(requests, ({ action }) => action.replace(/Items?$/, ""));
  const reads = requests.filter(({ action }) => !action.includes("Write"));
  const sum = (of: (item: Written) => number) => String(written.reduce((total, item) => total + of(item), 0));
  return [
    name,
    [...counts].map(([action, its]) => (its.length > 1 ? `${its.length} ${action}` : action)).join(", "),
    String(reads.reduce((total, { items }) => total + items, 0)),
    String(readUnits),
    String(written.length),
    sum(({ bytes }) => bytes),
    sum((item) => item.units + item.indexUnits),
    sum((item) => item.indexUnits),
  ];
}

/** A row for each kind of item that an operation writes. */
function itemised(operation: string, written: readonly Written[]): string[][] {
  return [...Map.groupBy(written, ({ what }) => what)].map(([what, its], place) => {
    const sum = (of: (item: Written) => number) => String(its.reduce((total, item) => total + of(item), 0));
    const bytes = [...new Set([Math.min, Math.max].map((end) => end(...its.map((item) => item.bytes))))].join("-");
    const units = [sum((item) => item.units + item.indexUnits), sum((item) => item.indexUnits)];
    return [place === 0 ? operation : "", what, String(its.length), bytes, ...units];
  });
}

interface Stored {
  id: string;
  version: number;
}

/** The operations, each made ready when the one before is done: on a day that has six appointments already. */
async function* operations(world: World): AsyncGenerator<[name: string, route: string, asked: Asked]> {
  const { tokens, patients, practitioners, service } = world;
  const [token, practitioner] = [tokens.desk, practitioners[0] as string];
  const free = (await openings(world, daysOn(49), daysOn(56))).filter((each) => each.practitioner === practitioner);
  const ofDay = (day: number) => free.filter(({ start }) => start.startsWith(daysOn(49 + day).slice(0, 10)));
  const [monday, tuesday] = [ofDay(0), ofDay(1)];
  for (const opening of [...monday.slice(0, 6), ...tuesday.slice(0, 6)]) await (await booking(world, opening))();
  const at = monday[7] as Opening;
  const latest = async () => {
    const query = { practitioner, from: daysOn(49), to: daysOn(56), patient: at.patient };
    return (await ask<{ items: Stored[] }>("appointments.list", { token, query })).items.at(-1) as Stored;
  };

  yield ["register patient", "patients.register", { token, body: person(9000) }];
  yield ["book", "appointments.book", { token, body: { ...at, service, reason: "Blood pressure check" } }];
  const { id } = await latest();
  const params = { appointmentId: id };
  yield ["reschedule, same day", "appointments.reschedule", { token, params, body: { start: monday[9]?.start } }];
  yield ["reschedule, next day", "appointments.reschedule", { token, params, body: { start: tuesday[9]?.start } }];
  const { version } = await ask<Stored>("appointments.read", { token, params });
  yield ["set status", "appointments.setStatus", { token, params, body: { status: "arrived" }, version }];
  yield ["cancel", "appointments.cancel", { token, params, body: { reason: "Feels better" } }];

  const patientId = patients[0] as string;
  yield ["read patient", "patients.read", { token, params: { patientId } }];
  yield ["search patient by name", "patients.search", { token, query: { name: person(7).name.family } }];
  yield ["availability, 7 days of one", "availability.search", searching(world, practitioner)];
  yield ["availability, 7 days of eight", "availability.search", weekOf(world, 7)];
  const day = { practitioner, from: daysOn(49), to: daysOn(50) };
  yield ["list a day's appointments", "appointments.list", { token, query: day }];
  const writing = { token: tokens.practitioner, params: { patientId }, body: note };
  for (let entry = 0; entry < 17; entry++) await ask("records.write", writing);
  for (const kind of ["condition", "allergy"])
    await ask("records.write", { ...writing, body: { kind, code: { system: "urn:x", code: "1" } } });
  yield ["write record (1 KB)", "records.write", writing];
  const about = { token: tokens.practitioner, params: { patientId } };
  const { id: recordId } = await ask<Stored>("records.write", writing);
  const entry = { token: tokens.practitioner, params: { patientId, recordId } };
  yield ["amend record (1 KB)", "records.amend", { ...entry, version: 1, body: { reason: "Mistyped", record: note } }];
  yield ["list 20 records", "records.list", about];
  yield ["sum up a patient with 2 active", "records.summary", about];
  yield ["read 20 audit entries", "trail.list", { token: tokens.privacy, params: { patientId } }];
}

function searching(world: World, practitioner: string): Asked {
  const { token, query } = weekOf(world, 7);
  return { token, query: { ...query, practitioner } };
}

const note = { kind: "note", title: "Consultation", text: "Sleeps well, eats well, walks a little. ".repeat(25) };
