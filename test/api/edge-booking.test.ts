import { expect, test } from "vitest";
import { call } from "../support/client.ts";
import { ownClinic } from "../support/own-clinic.ts";

const start = "2027-06-01T09:00:00Z";

/** The cells and listings of a day's item, without its keys. */
const written = ({ pk, sk, ...attributes }: Record<string, unknown>) => Object.keys(attributes);

test("20: 100 parallel bookings of one slot, different patients: one 201, 99 times 409 slot-taken, and nothing of the others", async () => {
  const own = await ownClinic();
  const practitioner = await own.newPractitioner();
  const service = await own.newService([practitioner]);
  const patients = await own.newPatients(100);
  const before = await own.allItems();
  const answers = await Promise.all(
    patients.map((patient) =>
      call("POST", "/v1/appointments", { as: own.desk, body: { patient, practitioner, service, start } }),
    ),
  );
  const codes = answers.map(({ status, body }) => `${status} ${body.code ?? ""}`).sort();
  expect(codes).toEqual(["201 ", ...Array.from({ length: 99 }, () => "409 slot-taken")]);
  const won = answers.find(({ status }) => status === 201)?.body;

  const after = await own.allItems();
  const added = (family: string) => {
    const known = new Set(before[family]?.map(({ pk, sk }) => `${pk} ${sk}`));
    return (after[family] ?? []).filter(({ pk, sk }) => !known.has(`${pk} ${sk}`));
  };
  expect(added("APPOINTMENT").map(({ pk, sk }) => [pk.split("#").at(-1), sk])).toEqual([
    [won.id, "APPOINTMENT"],
    [won.id, "MOVE#000001"],
  ]);
  const days = added("DAYBOOK");
  expect(days.map(({ pk }) => pk.split("#").at(-1)).sort()).toEqual([won.patient, practitioner].sort());
  for (const day of days) expect(written(day).filter((name) => name.startsWith("apt_"))).toEqual([won.id]);
  for (const day of days) expect(written(day).filter((name) => /^c[0-9a-z]{1,2}$/.test(name))).toHaveLength(6);
  // What the audit trail makes of a rush is its own matter.
  const events = added("EVENT").filter(({ type }) => !String(type).startsWith("audit."));
  expect(events.map(({ type, appointment }) => [type, appointment])).toEqual([["appointment.booked", won.id]]);
  expect(added("DUE").map(({ appointment }) => appointment)).toEqual([won.id]);
  expect(added("HOLD")).toEqual([]);
  expect(added("ONCE")).toHaveLength(1);
  const entries = added("AUDIT").map(({ action, outcome, code, patient }) => ({ action, outcome, code, patient }));
  const action = "appointment.book";
  const refused = patients
    .filter((patient) => patient !== won.patient)
    .map((patient) => ({ action, outcome: "refused", code: "slot-taken", patient }));
  const granted = { action, outcome: "granted", code: undefined, patient: won.patient };
  expect(entries).toHaveLength(100);
  expect(entries).toEqual(expect.arrayContaining([granted, ...refused]));
});

test("25: two bookings that need the same room and practitioner, named in opposite order: one wins, no partial claim stays", async () => {
  const own = await ownClinic();
  const [one, two] = [await own.newPractitioner(), await own.newPractitioner()] as const;
  const [north, south] = [await own.newRoom(["north", "any"]), await own.newRoom(["south", "any"])] as const;
  const needs = (...tags: string[]) => tags.map((tag) => ({ kind: "room", tags: [tag] }));
  // Both need both rooms, and name rooms and practitioners the other way round.
  const first = await own.newService([one, two], { requires: needs("north", "south") });
  const second = await own.newService([two, one], { requires: needs("south", "north") });
  for (let round = 0; round < 8; round++) {
    const at = `2027-06-0${1 + round}T09:00:00Z`;
    const [ana, ben] = await own.newPatients(2);
    const book = (patient: string | undefined, service: string, practitioner?: string) =>
      call("POST", "/v1/appointments", { as: own.desk, body: { patient, service, practitioner, start: at } });
    const answers = await Promise.all(
      round % 2 === 0 ? [book(ana, first), book(ben, second)] : [book(ana, first, one), book(ben, second, one)],
    );
    expect(answers.map(({ status, body }) => `${status} ${body.code ?? ""}`).sort()).toEqual([
      "201 ",
      "409 slot-taken",
    ]);
    const won = answers.find(({ status }) => status === 201)?.body;
    expect([...won.resources].sort()).toEqual([north, south].sort());
    const all = [ana, ben, one, two, north, south].filter((thing) => thing !== undefined);
    const claimed = await own.daysOf(all, at.slice(0, 10));
    const things = [won.patient, won.practitioner, north, south];
    expect(claimed.map(({ pk }) => pk.split("#").at(-1)).sort()).toEqual(things.sort());
    for (const day of claimed) {
      expect(written(day).filter((name) => name.startsWith("apt_"))).toEqual([won.id]);
      expect(written(day).filter((name) => /^c[0-9a-z]{1,2}$/.test(name))).toHaveLength(6);
    }
  }
});
