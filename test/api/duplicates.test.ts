import { randomInt } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { ownClinic } from "../support/own-clinic.ts";
import { rowsUnder } from "../support/tables.ts";
import { admin, desk, newPatient, okafor } from "../support/world.ts";

const phone = () => `+1202555${String(randomInt(10_000)).padStart(4, "0")}`;
const find = (patient: string, as = desk) => call("GET", `/v1/patients/${patient}/duplicates`, { as });

describe("candidates for one person", () => {
  it("are those of the same birth date and a like name, and those with the same phone; nobody else", async () => {
    const birthDate = `19${randomInt(10, 99)}-0${randomInt(1, 9)}-1${randomInt(0, 9)}`;
    const number = phone();
    const named = (family: string, given: string, fields: object = {}) =>
      newPatient({ name: { family, given: [given] }, birthDate, ...fields });
    const one = await named("Abernathy", "Jonathan", { phones: [number] });
    const both = await named("Abernathy", "Jonathon", { phones: [number] });
    const alike = await named("Jonathan", "Abernathy");
    const calls = await newPatient({ name: { text: "Somebody Else" }, phones: [number] });
    await named("Zimmermann", "Ulrike");
    await newPatient({ name: { family: "Abernathy", given: ["Jonathan"] }, birthDate: "2001-01-01" });
    const { status, body } = await find(one);
    expect(status).toBe(200);
    const found = body.items.map((item: { patient: { id: string }; because: string[] }) => [
      item.patient.id,
      item.because,
    ]);
    expect(found[0]).toEqual([both, ["birth-date-and-name", "phone"]]);
    expect(new Map(found.slice(1))).toEqual(
      new Map([
        [alike, ["birth-date-and-name"]],
        [calls, ["phone"]],
      ]),
    );
    const entries = await rowsUnder("AUDIT_TABLE", `AUDIT#cln_DemoClinic000000000001#${alike}`);
    expect(entries.map(({ action }) => action)).toContain("patient.duplicates");
  });

  it("are nobody for whom neither birth date nor phone is known, and none of another clinic", async () => {
    const number = phone();
    const own = await ownClinic();
    await mustCall("POST", "/v1/patients", { as: own.desk, body: { name: { text: "Own" }, phones: [number] } });
    expect((await find(await newPatient({ phones: [number] }))).body).toEqual({ items: [] });
    expect((await find(await newPatient())).body).toEqual({ items: [] });
  });

  it("are told to the desk and the admin alone, and are 404 for who is not there", async () => {
    const patient = await newPatient();
    expect((await find(patient, admin)).status).toBe(200);
    expect((await find(patient, okafor)).body.code).toBe("role-not-allowed");
    expect((await find("pat_0000000000000000000000")).status).toBe(404);
  });
});
