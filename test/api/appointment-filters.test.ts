import { beforeAll, describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { ana, desk, newPatients, newPractitioner, newScene, newService, stranger } from "../support/world.ts";

interface Row {
  id: string;
  service: string;
  status: string;
  start: string;
}

const at = (slot: number) => new Date(Date.UTC(2027, 5, 1, 0, 30 * slot)).toISOString().replace(".000Z", "Z");
const list = (query: string, as = desk) => call("GET", `/v1/appointments?${query}`, { as });
const idsOf = (rows: Row[]) => rows.map(({ id }) => id);

async function readAll(query: string): Promise<{ ids: string[]; sizes: number[] }> {
  const rows: Row[] = [];
  const sizes: number[] = [];
  let next: string | undefined;
  do {
    const page = await mustCall("GET", `/v1/appointments?${query}${next ? `&cursor=${next}` : ""}`, { as: desk });
    rows.push(...page.items);
    sizes.push(page.items.length);
    next = page.next;
  } while (next);
  return { ids: idsOf(rows), sizes };
}

describe("the appointments of a practitioner", () => {
  let practitioner: string;
  let services: string[];
  let patients: string[];
  /** Twelve, by start: of the two services by turns, every third cancelled. */
  const booked: Row[] = [];

  beforeAll(async () => {
    practitioner = await newPractitioner();
    services = [await newService([practitioner]), await newService([practitioner])];
    patients = await newPatients(2);
    for (let slot = 0; slot < 12; slot++) {
      const wish = { patient: patients[slot < 9 ? 0 : 1], practitioner, service: services[slot % 2], start: at(slot) };
      const row = await mustCall<Row>("POST", "/v1/appointments", { as: desk, body: wish });
      const cancelled = slot % 3 === 0;
      if (cancelled) await mustCall("POST", `/v1/appointments/${row.id}/cancel`, { as: desk, body: {} });
      booked.push({ ...row, status: cancelled ? "cancelled" : "booked" });
    }
  });

  const those = (fits: (row: Row) => boolean) => idsOf(booked.filter(fits));

  it("are told by status", async () => {
    expect((await readAll(`practitioner=${practitioner}&status=cancelled`)).ids).toEqual(
      those(({ status }) => status === "cancelled"),
    );
    expect((await readAll(`practitioner=${practitioner}&status=noshow`)).ids).toEqual([]);
  });

  it("are told by service", async () => {
    expect((await readAll(`practitioner=${practitioner}&service=${services[1]}`)).ids).toEqual(
      those(({ service }) => service === services[1]),
    );
  });

  it("are told by both, with a patient and a window besides", async () => {
    const query = `practitioner=${practitioner}&patient=${patients[0]}&status=booked&service=${services[0]}&from=${at(2)}`;
    expect((await readAll(query)).ids).toEqual(those(({ start }) => [at(2), at(4), at(8)].includes(start)));
  });

  it("come in full pages, each once, though only some of them fit", async () => {
    const query = `practitioner=${practitioner}&status=booked&limit=3`;
    expect(await readAll(query)).toEqual({ ids: those(({ status }) => status === "booked"), sizes: [3, 3, 2] });
    const exact = await readAll(`practitioner=${practitioner}&status=cancelled&limit=4`);
    expect(exact.sizes).toEqual([4]);
  });

  it("come in full pages where a patient and a practitioner are named", async () => {
    const other = await newScene();
    const start = at(1);
    await mustCall("POST", "/v1/appointments", { as: desk, body: { ...other, start: at(0) } });
    await mustCall("POST", "/v1/appointments", {
      as: desk,
      body: { patient: other.patient, practitioner, service: services[0], start: at(20) },
    });
    await mustCall("POST", "/v1/appointments", { as: desk, body: { ...other, start } });
    const { sizes } = await readAll(`patient=${other.patient}&practitioner=${other.practitioner}&limit=2`);
    expect(sizes).toEqual([2]);
  });

  it("are looked for in turns: a page may be empty and yet lead on", async () => {
    const other = await newScene();
    const book = (wish: object) =>
      mustCall<Row>("POST", "/v1/appointments", { as: desk, body: { patient: other.patient, ...wish } });
    for (let slot = 0; slot < 12; slot++) await book({ ...other, start: at(slot) });
    const last = await book({ practitioner, service: services[0], start: at(30) });
    const query = `patient=${other.patient}&practitioner=${practitioner}&limit=1`;
    expect(await readAll(query)).toEqual({ ids: [last.id], sizes: [0, 1] });
  });

  it("have cursors that hold for their own criteria only", async () => {
    const page = `practitioner=${practitioner}&limit=1`;
    const { next } = await mustCall("GET", `/v1/appointments?${page}&status=booked`, { as: desk });
    expect((await list(`${page}&status=booked&cursor=${next}`)).status).toBe(200);
    for (const other of ["", "&status=cancelled", `&status=booked&service=${services[0]}`])
      expect(await list(`${page}${other}&cursor=${next}`)).toMatchObject({ status: 400, body: { code: "bad-cursor" } });
  });

  it("are not told of a service or a status that there is not", async () => {
    const unknown = "svc_0000000000000000000000";
    expect((await list(`practitioner=${practitioner}&service=${unknown}`)).status).toBe(404);
    expect(await list(`practitioner=${practitioner}&status=lost`)).toMatchObject({
      status: 400,
      body: { errors: [{ path: "status" }] },
    });
  });

  it("need a patient or a practitioner beside the status and the service", async () => {
    expect(await list(`status=booked&service=${services[0]}`)).toMatchObject({
      status: 400,
      body: { errors: [{ path: "patient" }] },
    });
    expect((await list(`practitioner=${practitioner}&status=booked`, stranger)).status).toBe(404);
  });

  it("are the patient's own where a patient asks", async () => {
    const { body } = await list(`status=booked&practitioner=${practitioner}`, ana);
    expect(body).toEqual({ items: [] });
  });
});
