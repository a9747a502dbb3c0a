import { beforeAll, describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { type Entry, move, mustMove, mustWrite, note } from "../support/records.ts";
import { desk, lindqvist, newScene, newTreated, okafor } from "../support/world.ts";

const loinc = "http://loinc.org";
const weight = {
  kind: "observation",
  code: { system: loinc, code: "29463-7" },
  quantity: { value: 70, unit: "kg" },
};
const pressure = {
  kind: "observation",
  code: { system: loinc, code: "85354-9" },
  components: [{ code: { system: loinc, code: "8480-6" }, quantity: { value: 142, unit: "mm[Hg]" } }],
};
const list = (patient: string, query = "", as = okafor): Promise<{ items: Entry[]; next?: string }> =>
  mustCall("GET", `/v1/patients/${patient}/records${query}`, { as });
const on = (day: number) => `2020-01-${String(day).padStart(2, "0")}T12:00:00Z`;

describe("the list of a record, narrowed", () => {
  let patient: string;
  let appointment: string;
  const found = async (query: string) => (await list(patient, `?${query}`)).items.map(({ occurredAt }) => occurredAt);

  beforeAll(async () => {
    const scene = await newScene();
    patient = scene.patient;
    const body = { ...scene, start: "2027-06-01T09:00:00Z" };
    appointment = (await mustCall("POST", "/v1/appointments", { as: desk, body })).id;
    await mustWrite(patient, { ...note, occurredAt: on(1), appointment });
    await mustWrite(patient, { ...note, occurredAt: on(2), code: { system: "urn:x", code: "29463-7" } });
    await mustWrite(patient, { ...weight, occurredAt: on(3) });
    await mustWrite(patient, { ...pressure, occurredAt: on(4), appointment });
    await mustWrite(patient, { ...weight, occurredAt: on(5), appointment });
  });

  it.each([
    ["a kind", "kind=note", [2, 1]],
    ["a code of whatever system", "code=29463-7", [5, 3, 2]],
    ["a code of one system", `code=${loinc}|29463-7`, [5, 3]],
    ["a code of a system that has it not", "code=urn:y|29463-7", []],
    ["the beginning of a code", "code=29463", []],
    ["a component's code", `code=${loinc}|8480-6`, [4]],
    ["from a moment on, which is included", `from=${on(4)}`, [5, 4]],
    ["up to a moment, which is not", `to=${on(2)}`, [1]],
    ["a range", `from=${on(2)}&to=${on(4)}`, [3, 2]],
    ["a range by other offsets", "from=2020-01-02T07:00:00-05:00&to=2020-01-04T17:30:00.001%2B05:30", [4, 3, 2]],
    ["an empty range", `from=${on(3)}&to=${on(3)}`, []],
    ["a range upside down", `from=${on(5)}&to=${on(1)}`, []],
    ["several at once", `kind=observation&code=29463-7&from=${on(4)}`, [5]],
  ])("to %s", async (_, query, days) => {
    expect(await found(query.replaceAll("|", "%7C"))).toEqual(days.map(on));
  });

  it("to a visit", async () => {
    expect(await found(`appointment=${appointment}`)).toEqual([5, 4, 1].map(on));
    expect(await found(`appointment=${appointment}&kind=note`)).toEqual([on(1)]);
    expect(await found("appointment=apt_0000000000000000000000")).toEqual([]);
  });

  it.each(["kind=poem", "code=", "from=2020-01-01", "appointment=5", "state=draft"])(
    "to %s is refused",
    async (query) => {
      const { status, body } = await call("GET", `/v1/patients/${patient}/records?${query}`, { as: okafor });
      expect({ status, path: body.errors[0].path }).toEqual({ status: 400, path: query.split("=")[0] });
    },
  );

  it("is of the same criteria on every page", async () => {
    const { next } = await list(patient, "?kind=note&limit=1");
    const other = await call("GET", `/v1/patients/${patient}/records?kind=observation&limit=1&cursor=${next}`, {
      as: okafor,
    });
    expect(other).toMatchObject({ status: 400, body: { code: "bad-cursor" } });
  });
});

/** Reads page by page; `between` happens after each page but the last. */
async function pagesOf(patient: string, query: string, between: (page: number) => Promise<unknown>) {
  const seen: Entry[] = [];
  let cursor = "";
  for (let page = 0; ; page++) {
    const { items, next } = await list(patient, `?${query}${cursor}`);
    seen.push(...items);
    if (!next) return seen;
    cursor = `&cursor=${next}`;
    await between(page);
  }
}

describe("paging through a record that changes meanwhile", () => {
  it.each(["limit=3", "limit=2&kind=note", "limit=3&code=c-1"])("meets each entry once: %s", async (query) => {
    const patient = await newTreated();
    const fields = { ...note, code: { system: "urn:x", code: "c-1" } };
    const written: Entry[] = [];
    for (let day = 1; day <= 10; day++) written.push(await mustWrite(patient, { ...fields, occurredAt: on(day) }));
    const ids = written.map(({ id }) => id).toReversed();
    const amend = (place: number, version: number) =>
      mustMove("amend", {
        patient,
        id: ids[place] as string,
        version,
        body: { reason: "x", record: { ...fields, text: "amended" } },
      });
    const draft = await mustWrite(patient, { ...fields, state: "draft", occurredAt: on(1) }, lindqvist);
    const seen = await pagesOf(patient, query, async (page) => {
      if (page > 0) return;
      await mustWrite(patient, { ...fields, occurredAt: "2021-01-01T00:00:00Z" });
      await mustWrite(patient, { ...fields, occurredAt: "2019-01-01T00:00:00Z" });
      await amend(0, 1);
      await amend(7, 1);
      await mustMove("retract", { patient, id: ids[1] as string, version: 1 });
      await mustMove("retract", { patient, id: ids[8] as string, version: 1 });
      await move("discard", { patient, id: draft.id, version: 1, as: lindqvist });
    });
    expect(seen.map(({ id }) => id).slice(0, 10)).toEqual(ids);
    expect(seen.slice(10)).toMatchObject([{ occurredAt: "2019-01-01T00:00:00Z" }]);
    expect(seen[7]).toMatchObject({ state: "amended", version: 2 });
    expect(seen[8]).toMatchObject({ state: "entered-in-error" });
  });

  it("is not thrown off its course by the entry at which a page ended, thrown away since", async () => {
    const patient = await newTreated();
    const written: Entry[] = [];
    for (let day = 1; day <= 4; day++)
      written.push(await mustWrite(patient, { ...note, state: "draft", occurredAt: on(day) }));
    const [one, two, three, four] = written.map(({ id }) => id);
    const seen = await pagesOf(patient, "limit=2", () => move("discard", { patient, id: three as string, version: 1 }));
    expect(seen.map(({ id }) => id)).toEqual([four, three, two, one]);
  });
});
