import { randomInt, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newClinic } from "../support/members.ts";
import { dumpFamily } from "../support/tables.ts";
import { desk, newPatient, privacy, stranger } from "../support/world.ts";

/** A word that no other test's patients are called by: letters alone, so that it is one word. */
const newWord = () => Array.from({ length: 12 }, () => String.fromCharCode(97 + randomInt(26))).join("");
const newPhone = () => `+1202${randomInt(2_000_000, 9_999_999)}`;

const ask = (criteria: Record<string, string>, as = desk) =>
  call("GET", `/v1/patients?${new URLSearchParams(criteria)}`, { as });

/** The ids of all who are found, however many pages it takes. */
async function find(criteria: Record<string, string>, as = desk): Promise<string[]> {
  const { items, next } = await mustCall("GET", `/v1/patients?${new URLSearchParams(criteria)}`, { as });
  const ids = items.map(({ id }: { id: string }) => id);
  return next ? [...ids, ...(await find({ ...criteria, cursor: next }, as))] : ids;
}

describe("a search by name", () => {
  it("finds by the beginning of a word, from three letters on", async () => {
    const word = newWord();
    const id = await newPatient({ name: { family: word } });
    for (const letters of [3, 5, 6, word.length]) expect(await find({ name: word.slice(0, letters) })).toContain(id);
    expect(await find({ name: `${word}x` })).toEqual([]);
    expect(await find({ name: word.slice(1) })).toEqual([]);
  });

  it("takes a shorter word for the whole of one", async () => {
    const word = newWord();
    const id = await newPatient({ name: { family: "Li", given: ["Bo", word] } });
    const other = await newPatient({ name: { family: "Lin", given: ["Bob", word] } });
    expect(await find({ name: `li ${word}` })).toEqual([id]);
    expect(await find({ name: `${word} bo` })).toEqual([id]);
    expect(await find({ name: `lin ${word}` })).toEqual([other]);
    expect(await find({ name: `l ${word}` })).toEqual([]);
  });

  it("finds a word of one or two letters by itself", async () => {
    const { desk: as } = await newClinic();
    const { id } = await mustCall("POST", "/v1/patients", { as, body: { name: { text: "U Thant Li" } } });
    for (const name of ["u", "LI", "u li"]) expect(await find({ name }, as)).toEqual([id]);
    expect(await find({ name: "l" }, as)).toEqual([]);
  });

  it("wants every word, in any order, from any part of the name", async () => {
    const [family, given, text] = [newWord(), newWord(), newWord()];
    const id = await newPatient({ name: { family, given: ["Ana", given], text } });
    expect(await find({ name: `${given} ${family}` })).toEqual([id]);
    expect(await find({ name: `  ${family.slice(0, 4)}   ana ${text.slice(0, 3)} ` })).toEqual([id]);
    expect(await find({ name: `${family} ${given} ${newWord()}` })).toEqual([]);
  });

  it.each([
    ["Zo\u00eb", ["zoe", "ZOE", "Zo\u00eb", "Zoe\u0308", "zoë"]],
    ["Zoe\u0308", ["zoe", "ZOE", "Zo\u00eb", "Zoe\u0308", "zoë"]],
    ["O'Brien", ["O'Brien", "o\u2019brien", "obrien", "O\u2019BR"]],
    ["O\u2019Brien", ["O'Brien", "o\u2019brien", "obrien", "O'br"]],
    ["陳大文", ["陳大文"]],
    ["Sukarno", ["sukarno", "Suk"]],
    ["García-López", ["garcia", "lopez garcia", "García-López"]],
    ["Ａｎａ", ["ana"]],
    ["🙂", ["🙂"]],
  ])("finds %s however it is spelled", async (text, spellings) => {
    const word = newWord();
    const id = await newPatient({ name: { text, family: word } });
    for (const name of spellings) expect(await find({ name: `${name} ${word}` }), name).toEqual([id]);
  });

  it("finds Sukarno and 陳大文, who have no other name, by that one", async () => {
    const { desk: as } = await newClinic();
    for (const text of ["Sukarno", "陳大文", "Zoe\u0308"]) {
      const { id } = await mustCall("POST", "/v1/patients", { as, body: { name: { text } } });
      expect(await find({ name: text.normalize("NFC") }, as)).toEqual([id]);
    }
  });

  it.each([" ", "-", "'.'"])("of %j, which has no letter, is refused", async (name) => {
    expect(await ask({ name })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "name", expected: "at least one letter" }] },
    });
  });
});

describe("a search", () => {
  it("finds by birth date", async () => {
    const word = newWord();
    const id = await newPatient({ name: { text: word }, birthDate: "1904-02-29" });
    expect(await find({ birthDate: "1904-02-29" })).toContain(id);
    expect(await find({ birthDate: "1904-02-28", name: word })).toEqual([]);
  });

  it("finds by phone, however it is written", async () => {
    const phone = newPhone();
    const [area, exchange, line] = [phone.slice(2, 5), phone.slice(5, 8), phone.slice(8)];
    const id = await newPatient({ phones: ["+12025550199", `(${area}) ${exchange}-${line}`] });
    const spellings = [
      phone,
      `(${area}) ${exchange}-${line}`,
      `${area}.${exchange}.${line}`,
      `1 ${area} ${exchange} ${line}`,
      `${phone} ext. 5`,
    ];
    for (const spelling of spellings) expect(await find({ phone: spelling }), spelling).toEqual([id]);
  });

  it("finds by a phone that has an extension, without it", async () => {
    const phone = newPhone();
    const id = await newPatient({ phones: [`${phone} x12`] });
    expect(await find({ phone })).toEqual([id]);
  });

  it("finds by e-mail in any case", async () => {
    const word = newWord();
    const id = await newPatient({ emails: ["first@example.com", `${word}@Example.com`] });
    expect(await find({ email: `${word.toUpperCase()}@eXAMPLE.com` })).toEqual([id]);
    expect(await find({ email: `x${word}@example.com` })).toEqual([]);
  });

  it("finds by record number, whole and in its own case", async () => {
    const mrn = `Mrn-${randomUUID()}`;
    const id = await newPatient({ mrn });
    expect(await find({ mrn })).toEqual([id]);
    expect(await find({ mrn: mrn.slice(0, -1) })).toEqual([]);
    expect(await find({ mrn: mrn.toUpperCase() })).toEqual([]);
  });

  it("finds the inactive too", async () => {
    const word = newWord();
    const id = await newPatient({ name: { text: word }, active: false });
    expect(await find({ name: word })).toEqual([id]);
  });

  it("wants all criteria to match", async () => {
    const all = {
      name: newWord(),
      birthDate: "1988-05-14",
      phone: newPhone(),
      email: `${newWord()}@example.com`,
      mrn: randomUUID(),
    };
    const { name, birthDate, phone, email, mrn } = all;
    const id = await newPatient({ name: { text: name }, birthDate, phones: [phone], emails: [email], mrn });
    const wrong = {
      name: newWord(),
      birthDate: "1988-05-15",
      phone: newPhone(),
      email: `${newWord()}@example.com`,
      mrn: randomUUID(),
    };
    expect(await find(all)).toEqual([id]);
    for (const [criterion, value] of Object.entries(wrong))
      expect(await find({ ...all, [criterion]: value }), criterion).toEqual([]);
  });

  it("tells two of one name apart by their birth dates", async () => {
    const name = newWord();
    const [elder, younger] = await Promise.all(
      ["1950-01-01", "1980-01-01"].map((birthDate) => newPatient({ name: { text: name }, birthDate })),
    );
    expect((await find({ name })).sort()).toEqual([elder, younger].sort());
    expect(await find({ name, birthDate: "1980-01-01" })).toEqual([younger]);
  });

  it("without a criterion lists all patients of the clinic, once each", async () => {
    const { desk: as } = await newClinic();
    const add = (text: string) => mustCall("POST", "/v1/patients", { as, body: { name: { text } } });
    const added = await Promise.all(["Ana", "陳大文", "x", "Zoë", "🙂"].map(add));
    expect((await find({ limit: "2" }, as)).sort()).toEqual(added.map(({ id }) => id).sort());
  });

  it("answers patients just as they are read", async () => {
    const name = newWord();
    const id = await newPatient({ name: { text: name }, phones: [newPhone()], address: { city: "Lima" } });
    const { attendance: _, ...patient } = await mustCall("GET", `/v1/patients/${id}`, { as: desk });
    expect((await ask({ name })).body).toEqual({ items: [patient] });
  });

  it("is open to the privacy officer, and finds nobody of another clinic", async () => {
    const name = newWord();
    const id = await newPatient({ name: { text: name } });
    expect(await find({ name }, privacy)).toEqual([id]);
    expect(await find({ name }, stranger)).toEqual([]);
  });

  it.each([
    ["an unknown parameter", "nmae=Ana", "nmae"],
    ["a parameter given twice", "name=Ana&name=Bea", "name"],
    ["a birth date that no calendar has", "birthDate=2027-02-29", "birthDate"],
    ["half a birth date", "birthDate=1988-05", "birthDate"],
    ["a phone that cannot be dialled", "phone=911", "phone"],
    ["an e-mail that is none", "email=ana", "email"],
    ["an empty name", "name=", "name"],
    ["an empty record number", "mrn=", "mrn"],
    ["NUL", "mrn=a%00b", "mrn"],
    ["a limit of 0", "limit=0", "limit"],
    ["a limit of 101", "limit=101", "limit"],
    ["a limit that is no whole number", "limit=1e1", "limit"],
  ])("with %s is refused by its name", async (_, query, path) => {
    expect(await call("GET", `/v1/patients?${query}`, { as: desk })).toMatchObject({
      status: 400,
      body: { code: "invalid-request", errors: [{ path }] },
    });
  });
});

describe("a patient who was changed", () => {
  const newTerms = () => ({
    name: newWord(),
    birthDate: "1930-01-01",
    phone: newPhone(),
    email: `${newWord()}@example.com`,
    mrn: randomUUID(),
  });
  const fieldsOf = ({ name, birthDate, phone, email, mrn }: ReturnType<typeof newTerms>) => ({
    name: { family: name },
    birthDate,
    phones: [phone],
    emails: [email],
    mrn,
  });

  it("is found by what is new and no more by what was, whichever criterion", async () => {
    const [old, next] = [newTerms(), { ...newTerms(), birthDate: "1931-12-31" }];
    const id = await newPatient(fieldsOf(old));
    await mustCall("PATCH", `/v1/patients/${id}`, { as: desk, body: fieldsOf(next), headers: { "if-match": '"1"' } });
    for (const [criterion, value] of Object.entries(next))
      expect(await find({ [criterion]: value }), criterion).toContain(id);
    for (const [criterion, value] of Object.entries(old))
      expect(await find({ [criterion]: value }), criterion).not.toContain(id);
  });

  it("is found no more by what was removed", async () => {
    const { name, ...rest } = newTerms();
    const id = await newPatient(fieldsOf({ name, ...rest }));
    const body = { birthDate: null, phones: null, emails: null, mrn: null };
    await mustCall("PATCH", `/v1/patients/${id}`, { as: desk, body, headers: { "if-match": '"1"' } });
    for (const [criterion, value] of Object.entries(rest))
      expect(await find({ [criterion]: value }), criterion).not.toContain(id);
    expect(await find({ name })).toEqual([id]);
  });

  it("is still found by the part of the name that stayed, and by a beginning that both names share", async () => {
    const word = newWord();
    const id = await newPatient({ name: { family: `${word}a`, given: ["Ana"] } });
    await mustCall("PATCH", `/v1/patients/${id}`, {
      as: desk,
      body: { name: { family: `${word}b` } },
      headers: { "if-match": '"1"' },
    });
    expect(await find({ name: word.slice(0, 5) })).toContain(id);
    expect(await find({ name: `${word}b ana` })).toEqual([id]);
    expect(await find({ name: `${word}a` })).toEqual([]);
  });

  it("leaves nothing in the index of what was", async () => {
    const id = await newPatient(fieldsOf(newTerms()));
    const body = { name: { family: "Li" }, birthDate: null, phones: null, emails: null, mrn: null };
    await mustCall("PATCH", `/v1/patients/${id}`, { as: desk, body, headers: { "if-match": '"1"' } });
    const entries = (await dumpFamily("INDEX")).filter((item) => item["id"] === id);
    // One by the name, which is too short for beginnings, and one in the list of all.
    expect(entries.map(({ pk }) => pk.split("#")[2]).sort()).toEqual(["patient-all", "patient-name"]);
  });
});
