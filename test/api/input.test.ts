import { describe, expect, it } from "vitest";
import { api } from "../../functions/api.ts";
import { call, mustCall } from "../support/client.ts";
import { validInput } from "../support/inputs.ts";
import { newClinic } from "../support/members.ts";
import { dump } from "../support/tables.ts";
import { admin, ana, desk, newPatient, okafor, privacy } from "../support/world.ts";

const userOf = { admin, "front-desk": desk, practitioner: okafor, patient: ana, "privacy-officer": privacy } as const;

/** Every route that takes a body, with a user who may ask it. */
const writing = api
  .filter((route) => route.body && Array.isArray(route.allow))
  .map((route) => ({
    name: route.name,
    route,
    as: userOf[(route.allow as (keyof typeof userOf)[])[0] as keyof typeof userOf],
  }));

const register = (body: unknown, headers = {}) => call("POST", "/v1/patients", { as: desk, body, headers });
const person = { name: { text: "Input" } };

describe.each(writing)("$name", ({ route, as }) => {
  const { path, headers, body: valid } = validInput(route);
  const send = (body: unknown, more = {}) => call(route.method, path, { as, body, headers: { ...headers, ...more } });

  it("refuses what is not JSON", async () => {
    for (const body of ['{"a":', "{'a':1}", '{"a":1}}', '{"a":NaN}', "", "undefined"]) {
      const errors = [{ path: "", expected: "JSON in UTF-8 (RFC 8259)", message: "the body should be JSON in UTF-8" }];
      expect(await send(body), body).toMatchObject({ status: 400, body: { code: "invalid-request", errors } });
    }
  });

  it("refuses what is no object", async () => {
    for (const body of ["null", "[]", "[{}]", "true", "7", '"text"']) {
      expect(await send(body), body).toMatchObject({
        status: 400,
        body: { code: "invalid-request", errors: [{ path: "" }] },
      });
    }
  });

  it("refuses another content type", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json"]) {
      expect(await send(valid, { "content-type": type }), type).toMatchObject({
        status: 415,
        body: { code: "unsupported-media-type" },
      });
    }
  });

  it("refuses a field it does not know, by its name", async () => {
    const errors = [{ path: "nickname", expected: "no such field", message: "there is no field nickname" }];
    expect(await send({ ...(valid as object), nickname: "x" })).toMatchObject({ status: 400, body: { errors } });
  });

  it("refuses a parameter it does not know, by its name", async () => {
    const answer = await call(route.method, `${path}?verbose=1`, { as, body: valid, headers });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: "verbose" }] } });
  });
});

describe("a body", () => {
  it.each([
    ["lists", "[".repeat(1000) + "]".repeat(1000)],
    ["objects", `${'{"name":'.repeat(1000)}1${"}".repeat(1000)}`],
    ["lists as deep as 256 KB can be", "[".repeat(131_072) + "]".repeat(131_072)],
  ])("of a thousand levels of %s is refused", async (_, body) => {
    const answer = await register(body);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: "invalid-request", errors: [{ expected: "at most 32 levels" }] },
    });
  });

  it("of 256 KB is read, and of a byte more is refused, counted as it is sent", async () => {
    const around = JSON.stringify({ ...person, language: "" });
    const filled = (letters: string) => around.replace('""', () => `"${letters}"`);
    const room = 256 * 1024 - around.length;
    expect(await register(filled("a".repeat(room)))).toMatchObject({
      status: 400,
      body: { errors: [{ path: "language" }] },
    });
    expect(await register(filled("a".repeat(room + 1)))).toMatchObject({ status: 413, body: { code: "too-large" } });
    expect((await register(filled("é".repeat(room / 2 + 1)))).status).toBe(413);
    expect((await register(filled("a".repeat(257 * 1024)))).status).toBe(413);
  });

  it.each([
    ["a lone continuation byte", [0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["an encoded surrogate", [0xed, 0xa0, 0x80]],
    ["Latin-1", [0x5a, 0x6f, 0xeb]],
  ])("with %s, which is not UTF-8, is refused", async (_, bytes) => {
    const body = Buffer.concat([Buffer.from('{"name":{"text":"'), Buffer.from(bytes), Buffer.from('"}}')]);
    const answer = await register(new Uint8Array(body));
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ expected: "JSON in UTF-8 (RFC 8259)" }] } });
  });

  it("is refused without a content type", async () => {
    const body = new Blob([JSON.stringify(person)]);
    const { status } = await call("POST", "/v1/patients", {
      as: desk,
      body: new Uint8Array(await body.arrayBuffer()),
      headers: { "content-type": "" },
    });
    expect(status).toBe(415);
  });

  it.each([
    ['{"name":{"text":"x"},"__proto__":{"active":false}}', "__proto__"],
    ['{"name":{"text":"x","__proto__":{"family":"y"}}}', "name.__proto__"],
    ['{"name":{"text":"x"},"constructor":{"prototype":{"active":false}}}', "constructor"],
    ['{"name":{"text":"x","constructor":1}}', "name.constructor"],
    ['{"name":{"text":"x"},"toString":1}', "toString"],
    ['{"name":{"text":"x"},"":1}', ""],
  ])("%s is refused for its key", async (body, path) => {
    const message = `there is no field ${path}`;
    expect(await register(body)).toMatchObject({
      status: 400,
      body: { errors: [{ path, expected: "no such field", message }] },
    });
  });

  it("that patches by such keys is refused alike, and spoils nobody's prototype", async () => {
    const id = await newPatient();
    for (const key of ["__proto__", "constructor", "toString"]) {
      for (const [body, path] of [
        [`{"${key}":{"polluted":true}}`, key],
        [`{"address":{"${key}":{"polluted":true}}}`, `address.${key}`],
      ] as const) {
        const answer = await call("PATCH", `/v1/patients/${id}`, { as: desk, body, headers: { "if-match": '"1"' } });
        expect(answer).toMatchObject({ status: 400, body: { errors: [{ path }] } });
      }
    }
    expect(await mustCall("GET", `/v1/patients/${id}`, { as: desk })).not.toHaveProperty("polluted");
  });

  it("with everything wrong is told everything, each by path, expectation and message", async () => {
    const answer = await register({
      name: { family: 7, given: "Ana" },
      birthDate: "14.05.1988",
      gender: "f",
      phones: "+12025550143",
      emails: ["ana@example.com", "ana"],
      address: [],
      active: "yes",
      communication: { reminders: { sms: 1 } },
      nickname: "x",
    });
    const errors = [
      ["name.family", "text of 1 to 100 characters"],
      ["name.given", "a list of 0 to 5 entries"],
      ["birthDate", "a date such as 1980-02-29"],
      ["gender", "one of male, female, other, unknown"],
      ["phones", "a list of 0 to 5 entries"],
      ["emails.1", "an e-mail address"],
      ["address", "an object"],
      ["active", "true or false"],
      ["communication.reminders.sms", "true or false"],
    ].map(([path, expected]) => ({ path, expected, message: `${path} should be ${expected}` }));
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([
      ...errors,
      { path: "nickname", expected: "no such field", message: "there is no field nickname" },
    ]);
  });

  it("without what is needed is told that it is required", async () => {
    const { body } = await register({});
    expect(body.errors).toEqual([{ path: "name", expected: "an object", message: "name is required: an object" }]);
  });

  it("with more wrong than anyone reads is told the first of it", async () => {
    const unknown = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`field${n}`, n]));
    const { status, body } = await register({ ...person, ...unknown });
    expect(status).toBe(400);
    expect(body.errors).toHaveLength(100);
  });

  it("with a key of thousands of letters is refused by the key's beginning", async () => {
    const { status, body } = await register({ ...person, ["k".repeat(5000)]: 1 });
    expect({ status, path: body.errors[0].path }).toEqual({ status: 400, path: "k".repeat(200) });
  });

  it("that is refused leaves nothing behind", async () => {
    const { clinic, desk: as } = await newClinic();
    const rows = async () => [...(await dump("CLINIC_TABLE", { clinic })), ...(await dump("AUDIT_TABLE", { clinic }))];
    const before = await rows();
    for (const body of ["{", { ...person, nickname: "y" }, "[".repeat(1000), "a".repeat(257 * 1024)])
      expect((await call("POST", "/v1/patients", { as, body })).status).toBeGreaterThanOrEqual(400);
    expect(await rows()).toEqual(before);
  });
});

describe("an instant", () => {
  const write = async (occurredAt: string) =>
    call("POST", `/v1/patients/${await newPatient({}, okafor)}/records`, {
      as: okafor,
      body: { kind: "note", title: "t", text: "t", occurredAt },
    });

  it.each([
    ["2028-02-29T10:00:00Z", "2028-02-29T10:00:00Z"],
    ["2026-12-01T23:30:00-05:30", "2026-12-02T05:00:00Z"],
    ["2026-12-01T10:00:00.120Z", "2026-12-01T10:00:00.120Z"],
    ["2026-12-01T10:00:00.123456789+00:00", "2026-12-01T10:00:00.123Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
  ])("%s is %s", async (given, kept) => {
    expect(await write(given)).toMatchObject({ status: 201, body: { occurredAt: kept } });
  });

  it.each([
    ["a leap second", "2026-12-01T10:00:60Z"],
    ["a leap second that there was", "2016-12-31T23:59:60Z"],
    ["a day that no calendar has", "2027-02-29T10:00:00Z"],
    ["a thirteenth month", "2027-13-01T10:00:00Z"],
    ["a local time", "2026-12-01T10:00:00"],
    ["a date", "2026-12-01"],
    ["no seconds", "2026-12-01T10:00Z"],
    ["24 o'clock", "2026-12-01T24:00:00Z"],
    ["a space for the T", "2026-12-01 10:00:00Z"],
    ["an offset of a day", "2026-12-01T10:00:00+24:00"],
    ["a zone's name", "2026-12-01T10:00:00[UTC]"],
    ["a sign before the year", "+002026-12-01T10:00:00Z"],
    ["a moment before the year 0", "0000-01-01T00:00:00+23:59"],
    ["a moment after the year 9999", "9999-12-31T23:59:59-23:59"],
    ["milliseconds since 1970", "1796119200000"],
  ])("with %s is refused", async (_, given) => {
    expect(await write(given)).toMatchObject({
      status: 400,
      body: { errors: [{ path: "occurredAt", expected: expect.stringMatching(/^an instant/) }] },
    });
  });

  it("in a query is held to the same", async () => {
    for (const from of ["2026-12-01T10:00:00", "2027-02-29T10:00:00Z", "2026-12-01T10:00:60Z"]) {
      expect(await call("GET", `/v1/appointments?from=${from}`, { as: desk })).toMatchObject({
        status: 400,
        body: { errors: [{ path: "from" }] },
      });
    }
  });

  it("is no date: 2028-02-29 was a day, 2027-02-29 was none", async () => {
    expect((await register({ ...person, birthDate: "2028-02-29" })).status).toBe(201);
    expect((await register({ ...person, birthDate: "2027-02-29" })).status).toBe(400);
    expect((await register({ ...person, birthDate: "2028-02-29T00:00:00Z" })).status).toBe(400);
  });
});

/** What nobody may read in an answer that refuses it. */
const canary = "Canary7391";

/** The value with its leaves, one after the other, replaced by each of the canary's shapes. */
function* spoiled(value: unknown): Generator {
  yield canary;
  yield [canary];
  yield { text: canary };
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    for (const other of spoiled(inner)) yield Array.isArray(value) ? [other] : { ...value, [name]: other };
  }
}

describe("a refusal", () => {
  it.each(writing)("by $name repeats nothing of a body's values", async ({ route, as }) => {
    const { path, headers, body } = validInput(route);
    const bodies: unknown[] = [
      ...spoiled(body),
      { ...(body as object), nickname: canary },
      `{"name":"${canary}`,
      canary,
      `"${canary}\\u0000"`,
    ];
    const answers = await Promise.all(bodies.map((wrong) => call(route.method, path, { as, body: wrong, headers })));
    const refused = answers.filter(({ status }) => status >= 400);
    expect(refused.length).toBeGreaterThan(5);
    for (const answer of refused) expect(JSON.stringify(answer.body)).not.toContain(canary);
  });

  it("repeats nothing of a path, a query or a header", async () => {
    const id = await newPatient();
    const asked = (headers: Record<string, string>) => ({ as: desk, body: person, headers });
    const answers = await Promise.all([
      call("GET", `/v1/patients/${canary}`, { as: desk }),
      call("GET", `/v1/patients/pat_${canary}xxxxxxxxxxxx`, { as: desk }),
      call("GET", `/v1/patients?birthDate=${canary}`, { as: desk }),
      call("GET", `/v1/patients?phone=${canary}`, { as: desk }),
      call("GET", `/v1/patients?email=${canary}`, { as: desk }),
      call("GET", `/v1/patients?cursor=${canary}`, { as: desk }),
      call("GET", `/v1/patients?name=${canary}&name=${canary}`, { as: desk }),
      call("GET", `/v1/appointments?patient=${canary}&from=${canary}`, { as: desk }),
      call("PATCH", `/v1/patients/${id}`, asked({ "if-match": `"${canary}"` })),
      call("POST", "/v1/patients", asked({ "idempotency-key": `${canary} ${canary}` })),
      call("POST", "/v1/patients", asked({ "content-type": `text/${canary}` })),
      call("GET", "/v1/patients", { as: desk, headers: { "praxis-clinic": canary } }),
      call("GET", "/v1/patients", { token: canary }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(body)).not.toContain(canary);
    }
  });

  it("of input names in each of its errors a path, what was expected, and a message, and nothing else", async () => {
    const answers = await Promise.all([
      ...writing.flatMap(({ route, as }) => {
        const { path, headers } = validInput(route);
        return [{ x: 1 }, [], "{"].map((body) => call(route.method, path, { as, body, headers }));
      }),
      call("GET", "/v1/patients?limit=x&birthDate=y&z=1", { as: desk }),
      call("POST", "/v1/patients", { as: desk, body: person, headers: { "idempotency-key": "" } }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body.errors.length).toBeGreaterThan(0);
      const text = expect.any(String);
      for (const error of body.errors) expect(error).toEqual({ path: text, expected: text, message: text });
    }
  });
});
