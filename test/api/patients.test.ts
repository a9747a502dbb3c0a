import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newClinic } from "../support/members.ts";
import { ana, desk, newPatient, okafor, privacy, stranger } from "../support/world.ts";

const register = (body: unknown, as = desk) => call("POST", "/v1/patients", { as, body });
const mustRegister = (body: unknown, as = desk) => mustCall("POST", "/v1/patients", { as, body });
/** The patient without the attendance, which only reading shows. */
const read = async (id: string) => {
  const { attendance, ...patient } = await mustCall("GET", `/v1/patients/${id}`, { as: desk });
  return patient;
};
const patch = (id: string, version: number, body: unknown, headers = {}) =>
  call("PATCH", `/v1/patients/${id}`, { as: desk, body, headers: { "if-match": `"${version}"`, ...headers } });
const newMrn = () => `T-${randomUUID()}`;

/** Every field that can be written, each in the form in which it is kept. */
const everything = () => ({
  name: { family: "de Souza", given: ["Ana", "Lúcia"], text: "Ana Lúcia de Souza" },
  birthDate: "2028-02-29",
  gender: "other",
  phones: ["+12025550143", "+442079460958;ext=12"],
  emails: ["Ana.Souza+clinic@Example.com", "ana@münchen.example"],
  address: {
    lines: ["Apt 4", "12 O’Connell St"],
    city: "Ciudad de México",
    district: "Cuauhtémoc",
    state: "CDMX",
    postalCode: "06500",
    country: "MX",
  },
  mrn: newMrn(),
  language: "pt-BR",
  active: false,
  communication: { preferred: "sms", reminders: { email: false, sms: true } },
});

describe("registering a patient", () => {
  it("answers every field as it was given, with the version, the times and the place", async () => {
    const given = everything();
    const { status, body, headers } = await register(given);
    const { id, version, createdAt, updatedAt, ...fields } = body;
    expect(status).toBe(201);
    expect(fields).toEqual(given);
    expect({ id, version, same: createdAt === updatedAt }).toEqual({
      id: expect.stringMatching(/^pat_[0-9A-Za-z]{22}$/),
      version: 1,
      same: true,
    });
    expect(headers.get("etag")).toBe('"1"');
    expect(headers.get("location")).toBe(`/v1/patients/${id}`);
  });

  it("keeps what it answered", async () => {
    const { body } = await register(everything());
    const seen = await call("GET", `/v1/patients/${body.id}`, { as: desk });
    expect(seen).toMatchObject({ status: 200, body });
    expect(seen.body).toEqual({ ...body, attendance: { lateCancellations: 0, noShows: 0 } });
    expect(seen.headers.get("etag")).toBe('"1"');
  });

  it("needs a name alone, and makes them active", async () => {
    const patient = await mustRegister({ name: { text: "Sukarno" } });
    expect(Object.keys(patient).sort()).toEqual(["active", "createdAt", "id", "name", "updatedAt", "version"]);
    expect(patient.active).toBe(true);
  });

  it("is never kept by a cache", async () => {
    const { headers } = await call("GET", `/v1/patients/${await newPatient()}`, { as: desk });
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it.each([desk, okafor, "admin@demo.clinic"])("is for %s", async (as) => {
    expect((await register({ name: { text: "Staff" } }, as)).status).toBe(201);
  });

  it.each([ana, privacy])("is not for %s", async (as) => {
    expect(await register({ name: { text: "Nobody" } }, as)).toMatchObject({
      status: 403,
      body: { code: "role-not-allowed" },
    });
  });
});

describe("a name", () => {
  it.each([
    ["of one code point for ë", { family: "Zo\u00eb" }],
    ["of two code points for ë", { family: "Zoe\u0308" }],
    ["of one word", { text: "Sukarno" }],
    ["in Chinese", { text: "陳大文" }],
    ["in Chinese, in parts", { family: "陳", given: ["大文"] }],
    ["with a straight apostrophe", { family: "O'Brien" }],
    ["with a curly apostrophe", { family: "O\u2019Brien" }],
    ["with emoji", { given: ["👩🏽‍⚕️", "🙂"] }],
    ["from right to left", { text: "محمد بن سلمان" }],
    ["with spaces around and within", { text: "  Ana   Maria " }],
    ["in compatibility forms", { text: "ﬁnn Ａｎａ" }],
    ["that is a keyword elsewhere", { text: "null", family: "__proto__" }],
  ])("%s is kept exactly as given", async (_, name) => {
    const { id } = await mustRegister({ name });
    expect((await read(id)).name).toEqual(name);
  });

  it.each([
    ["NUL", "\\u0000"],
    ["an unpaired high surrogate", "\\ud83d"],
    ["an unpaired low surrogate", "\\ude42"],
    ["surrogates in the wrong order", "\\ude42\\ud83d"],
  ])("with %s is refused", async (_, escaped) => {
    const { status, body } = await register(`{"name":{"given":["Ana","Z${escaped}"]}}`);
    const expected = "text without NUL or unpaired surrogates";
    expect({ status, errors: body.errors }).toEqual({
      status: 400,
      errors: [{ path: "name.given.1", expected, message: `name.given.1 should be ${expected}` }],
    });
  });

  it.each([{}, { given: [] }])("that says nothing (%j) is refused", async (name) => {
    expect(await register({ name })).toMatchObject({ status: 400, body: { errors: [{ path: "name" }] } });
  });
});

describe("a patient's phones", () => {
  it.each([
    ["(202) 555-0143", "+12025550143"],
    ["1 202-555-0143", "+12025550143"],
    ["202-555-0143 x7", "+12025550143;ext=7"],
    ["+44 20 7946 0958", "+442079460958"],
    ["+39 06 1234 5678", "+390612345678"],
  ])("typed %j in the United States are kept as %s", async (typed, kept) => {
    expect((await mustRegister({ name: { text: "Caller" }, phones: [typed] })).phones).toEqual([kept]);
  });

  it("are read as dialled in the clinic's own country", async () => {
    const london = await newClinic("GB");
    const { phones } = await mustRegister(
      { name: { text: "Caller" }, phones: ["020 7946 0958", "+44 20 7946 0958"] },
      london.desk,
    );
    expect(phones).toEqual(["+442079460958", "+442079460958"]);
  });

  it("need their country code in a clinic without a country", async () => {
    const nowhere = await newClinic();
    const phones = ["+44 20 7946 0958", "020 7946 0958"];
    const { status, body } = await register({ name: { text: "Caller" }, phones }, nowhere.desk);
    expect({ status, errors: body.errors }).toMatchObject({
      status: 400,
      errors: [{ path: "phones.1", expected: "a phone number with +country code" }],
    });
  });

  it("that cannot be dialled are refused by their place, when changed as when registered", async () => {
    const refused = { status: 400, body: { errors: [{ path: "phones.1" }] } };
    const phones = ["+12025550143", "555-0143"];
    expect(await register({ name: { text: "Caller" }, phones })).toMatchObject(refused);
    expect(await patch(await newPatient(), 1, { phones })).toMatchObject(refused);
  });

  it("stay as they are when something else changes", async () => {
    const { id, phones } = await mustRegister({
      name: { text: "Caller" },
      phones: ["202-555-0143 x7", "+39 06 1234 5678"],
    });
    expect((await patch(id, 1, { gender: "female" })).body.phones).toEqual(phones);
  });
});

describe("a record number", () => {
  const name = { text: "Numbered" };
  const taken = (existing: string) => ({ status: 409, body: { code: "mrn-taken", existing } });

  it("is one patient's alone; the refusal names them", async () => {
    const mrn = newMrn();
    const first = await mustRegister({ name, mrn });
    expect(await register({ name, mrn })).toMatchObject(taken(first.id));
  });

  it("cannot be taken by a change either, and the refused change changes nothing", async () => {
    const mrn = newMrn();
    const first = await mustRegister({ name, mrn });
    const second = await mustRegister({ name, mrn: newMrn() });
    expect(await patch(second.id, 1, { mrn, gender: "male" })).toMatchObject(taken(first.id));
    expect(await read(second.id)).toEqual(second);
  });

  it("goes to one of two who are registered with it at once", async () => {
    const mrn = newMrn();
    const answers = await Promise.all([register({ name, mrn }), register({ name, mrn })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it("is free in the other clinic", async () => {
    const mrn = newMrn();
    await mustRegister({ name, mrn });
    expect((await register({ name, mrn }, stranger)).status).toBe(201);
  });

  it.each([
    ["changed", newMrn()],
    ["removed", null],
  ])("is free again once it is %s", async (_, next) => {
    const mrn = newMrn();
    const { id } = await mustRegister({ name, mrn });
    expect((await patch(id, 1, { mrn: next })).status).toBe(200);
    expect((await register({ name, mrn })).status).toBe(201);
  });

  it("that a patient changes to is theirs", async () => {
    const [mrn, next] = [newMrn(), newMrn()];
    const { id } = await mustRegister({ name, mrn });
    await patch(id, 1, { mrn: next });
    expect(await register({ name, mrn: next })).toMatchObject(taken(id));
  });

  it("may be kept through other changes", async () => {
    const mrn = newMrn();
    const { id } = await mustRegister({ name, mrn });
    expect(await patch(id, 1, { mrn, gender: "female" })).toMatchObject({ status: 200, body: { mrn, version: 2 } });
  });
});

describe("changing a patient", () => {
  it("replaces what is named, keeps what is not, and counts the version", async () => {
    const seen = await mustRegister(everything());
    const { status, body, headers } = await patch(seen.id, 1, { gender: "female", emails: ["new@example.com"] });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...seen,
      gender: "female",
      emails: ["new@example.com"],
      version: 2,
      updatedAt: body.updatedAt,
    });
    expect(body.updatedAt >= seen.updatedAt).toBe(true);
    expect(headers.get("etag")).toBe('"2"');
    expect(await read(seen.id)).toEqual(body);
  });

  it("removes a field by null, also within an object", async () => {
    const given = everything();
    const seen = await mustRegister(given);
    const { body } = await patch(seen.id, 1, {
      birthDate: null,
      address: { district: null },
      communication: { reminders: null },
    });
    const { birthDate, ...rest } = seen;
    const { district, ...address } = given.address;
    expect(body).toEqual({
      ...rest,
      address,
      communication: { preferred: "sms" },
      version: 2,
      updatedAt: body.updatedAt,
    });
  });

  it("merges objects and replaces lists", async () => {
    const seen = await mustRegister(everything());
    const { body } = await patch(seen.id, 1, {
      name: { given: ["Anita"] },
      communication: { reminders: { sms: false } },
    });
    expect(body.name).toEqual({ ...seen.name, given: ["Anita"] });
    expect(body.communication).toEqual({ preferred: "sms", reminders: { email: false, sms: false } });
  });

  it("makes an object that was not there", async () => {
    const { body } = await patch(await newPatient(), 1, { address: { city: "Lima", state: null } });
    expect(body.address).toEqual({ city: "Lima" });
  });

  it.each([
    ["the name removed", { name: null }, "name"],
    ["all of the name removed", { name: { family: null, given: null } }, "name"],
    ["a list where an object belongs", { address: ["Lima"] }, "address"],
    ["a wrong type deep within", { communication: { reminders: { sms: "yes" } } }, "communication.reminders.sms"],
    ["an unknown field within", { address: { planet: "Mars" } }, "address.planet"],
    ["its id", { id: "pat_0000000000000000000000" }, "id"],
    ["its version", { version: 7 }, "version"],
  ])("with %s is refused by name", async (_, body, path) => {
    const id = await newPatient();
    expect(await patch(id, 1, body)).toMatchObject({
      status: 400,
      body: { code: "invalid-request", errors: [{ path }] },
    });
    expect((await read(id)).version).toBe(1);
  });

  it.each([null, "Ana", ["Ana"], 7])("by %j, which is no object, is refused", async (body) => {
    expect(await patch(await newPatient(), 1, JSON.stringify(body))).toMatchObject({
      status: 400,
      body: { errors: [{ path: "" }] },
    });
  });

  it("is sent as a merge patch or as plain JSON", async () => {
    const id = await newPatient();
    const type = (value: string) => ({ "content-type": value });
    expect((await patch(id, 1, { gender: "male" }, type("application/merge-patch+json"))).status).toBe(200);
    expect((await patch(id, 2, { gender: "male" }, type("application/json; charset=utf-8"))).status).toBe(200);
    expect((await patch(id, 3, { gender: "male" }, type("application/json-patch+json"))).status).toBe(415);
  });

  it("needs the version seen: a stale one is 412, none is 428, another kind of tag is 400", async () => {
    const id = await newPatient();
    await patch(id, 1, { gender: "male" });
    expect(await patch(id, 1, { gender: "female" })).toMatchObject({ status: 412, body: { code: "stale-version" } });
    expect(await call("PATCH", `/v1/patients/${id}`, { as: desk, body: {} })).toMatchObject({
      status: 428,
      body: { code: "if-match-required" },
    });
    for (const tag of ['W/"2"', "*", "2", '"two"'])
      expect((await patch(id, 2, {}, { "if-match": tag })).status).toBe(400);
    expect(await read(id)).toMatchObject({ gender: "male", version: 2 });
  });

  it("at once by two who saw the same version lets one of them win", async () => {
    const id = await newPatient();
    const answers = await Promise.all(["male", "female"].map((gender) => patch(id, 1, { gender })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const won = answers.find(({ status }) => status === 200)?.body;
    expect(await read(id)).toEqual(won);
  });

  it("makes them inactive and active again", async () => {
    const id = await newPatient();
    expect((await patch(id, 1, { active: false })).body.active).toBe(false);
    expect((await read(id)).active).toBe(false);
    expect((await patch(id, 2, { active: true })).body.active).toBe(true);
  });
});
