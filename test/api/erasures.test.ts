import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, inject, it } from "vitest";
import type { Erasure } from "../../functions/erasures/model.ts";
import { keysBelow, putBehindTheApi } from "../support/bucket.ts";
import { call, mustCall } from "../support/client.ts";
import { newLife, now, soon } from "../support/life.ts";
import { newUser } from "../support/members.ts";
import { ownClinic } from "../support/own-clinic.ts";
import { dump } from "../support/tables.ts";
import { uploaded } from "../support/uploads.ts";
import { tick } from "../support/workers.ts";
import { desk, newPatient, okafor, privacy, treat } from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
let second: string;

beforeAll(async () => {
  second = (await newUser({ clinic, role: "privacy-officer" })).email;
});

const ask = (patient: string, asked: object = {}) =>
  call("POST", `/v1/patients/${patient}/erase`, { as: privacy, at: now, body: { reason: "By letter" }, ...asked });
const confirm = (erasure: string, asked: object = {}) =>
  call("POST", `/v1/erasures/${erasure}/confirm`, { as: second, at: now, body: {}, ...asked });
const read = (erasure: string) => mustCall("GET", `/v1/erasures/${erasure}`, { as: privacy });

/** Asked for by one, confirmed by another, carried out. */
async function erase(patient: string): Promise<string> {
  const { body } = await ask(patient);
  expect((await confirm(body.id)).status).toBe(200);
  await tick("erasures", soon);
  return body.id;
}

describe("an erasure", () => {
  it("is asked for by one privacy officer and confirmed by another, and can be withdrawn between", async () => {
    const patient = await newPatient();
    const { status, body } = await ask(patient);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { patient, status: "requested", reason: "By letter", done: [] },
    });
    expect((await ask(patient)).body).toMatchObject({ status: 409, code: "erasure-open", existing: body.id });
    expect((await confirm(body.id, { as: privacy })).body.code).toBe("second-person-needed");
    const withdrawn = await call("POST", `/v1/erasures/${body.id}/withdraw`, { as: second, body: {} });
    expect(withdrawn.body.status).toBe("withdrawn");
    expect((await confirm(body.id)).body).toMatchObject({ code: "illegal-transition", from: "withdrawn" });
    expect((await call("GET", `/v1/patients/${patient}`, { as: desk })).status).toBe(200);
    expect((await ask(patient)).status).toBe(201);
  });

  it("asked for twice at once is open once; confirmed twice at once it is confirmed once", async () => {
    const patient = await newPatient();
    const asked = await Promise.all([ask(patient), ask(patient, { as: second })]);
    expect(asked.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { body } = asked.find(({ status }) => status === 201) ?? asked[0];
    const third = (await newUser({ clinic, role: "privacy-officer" })).email;
    const fourth = (await newUser({ clinic, role: "privacy-officer" })).email;
    const both = await Promise.all([confirm(body.id, { as: third }), confirm(body.id, { as: fourth })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("is refused under a legal hold, also one placed after it was asked for", async () => {
    const patient = await newPatient();
    const { body } = await ask(patient);
    const path = `/v1/patients/${patient}/legal-hold`;
    const hold = { reason: "A case in court", at: now };
    const placed = await mustCall("PUT", path, { as: privacy, at: now, body: { reason: hold.reason } });
    expect(placed).toMatchObject(hold);
    expect(await mustCall("GET", `/v1/patients/${patient}/retention`, { as: privacy })).toEqual({
      legalHold: placed,
      erasure: body.id,
    });
    expect((await confirm(body.id)).body).toMatchObject({ status: 409, code: "legal-hold" });
    const other = await newPatient();
    await mustCall("PUT", `/v1/patients/${other}/legal-hold`, { as: privacy, body: { reason: "x" } });
    expect((await ask(other)).body).toMatchObject({ status: 409, code: "legal-hold" });
    expect((await call("DELETE", path, { as: privacy })).status).toBe(204);
    expect((await call("DELETE", path, { as: privacy })).status).toBe(404);
    expect((await confirm(body.id)).status).toBe(200);
  });

  it("does not come between a legal hold and itself: of the two at once, one stands", async () => {
    const patient = await newPatient();
    const { body } = await ask(patient);
    const { commitAll, confirming, confirmed } = await inProcess();
    // The hold is placed after the confirmation has read that there is none, and before it is written.
    await mustCall("PUT", `/v1/patients/${patient}/legal-hold`, { as: privacy, body: { reason: "x" } });
    const writes = confirming(clinic, confirmed(body), now);
    await expect(commitAll(writes)).rejects.toMatchObject({ kind: "conflict", code: "legal-hold" });
    await mustCall("DELETE", `/v1/patients/${patient}/legal-hold`, { as: privacy });
    // The other way round, the hold comes too late.
    await commitAll(writes);
    const late = await call("PUT", `/v1/patients/${patient}/legal-hold`, { as: privacy, body: { reason: "x" } });
    expect(late.status).toBe(404);
  });
});

describe("what is left of a patient who was erased", () => {
  it("is nothing that can be asked for, searched or read in the tables, nor in a copy made before", async () => {
    const life = await newLife();
    const { patient, values } = life;
    const copied = await copyOf(patient, life.record);
    expect(await copied.open(await copied.keys())).toContain(values.note);
    const id = await erase(patient);
    const afterRecords = ["exports", "documents", "calendar-feeds", "access", "day-book", "merges"];
    const steps = ["waitlist", "holds", "appointments", "records", ...afterRecords];
    const { reason, ...left } = await read(id);
    expect({ reason, left }).toMatchObject({ reason: undefined, left: { status: "erased", patient, done: steps } });

    const paths = ["", "/records", "/consents", "/care-team", "/retention", "/audit", "/break-glass"];
    for (const rest of paths) {
      const as = rest === "/records" ? okafor : privacy;
      const one = await call("GET", `/v1/patients/${patient}${rest}`, { as });
      const none = await call("GET", `/v1/patients/pat_0000000000000000000000${rest}`, { as });
      const bare = ({ status, body: { requestId, ...body } }: typeof one) => JSON.stringify({ status, body });
      expect(bare(one), rest).toBe(bare(none));
      expect(one.status, rest).toBe(404);
    }
    for (const path of [
      `appointments/${life.appointment.id}`,
      `series/${life.series.id}`,
      `holds/${life.hold.id}`,
      `waitlist/${life.waitlist.id}`,
      `calendar-feeds/${life.feed.id}`,
    ])
      expect((await call(path.startsWith("calendar") ? "DELETE" : "GET", `/v1/${path}`, { as: desk })).status).toBe(
        404,
      );
    for (const query of [`name=${values.family}`, `mrn=${values.mrn}`, `email=${values.email}`]) {
      const found = await mustCall("GET", `/v1/patients?${query}`, { as: desk });
      expect(found.items, query).toEqual([]);
    }
    expect((await call("GET", "/v1/appointments", { as: life.user.email })).status).toBe(403);

    const rows = [...(await dump("CLINIC_TABLE")), ...(await dump("KEYS_TABLE")), ...(await dump("AUDIT_TABLE"))];
    const text = rows.map((row) => JSON.stringify(row) + sealedText(row)).join("\n");
    for (const value of Object.values(values)) expect(text).not.toContain(value);
    expect(rows.some(({ pk }) => pk === `KEY#${clinic}#${patient}`)).toBe(false);
    await expect(copied.open(await copied.keys())).rejects.toThrow("sealed by another key");
    const audit = rows.filter(({ pk }) => pk === `AUDIT#${clinic}#${patient}`).map((row) => row["action"]);
    expect(audit).toEqual(expect.arrayContaining(["patient.register", "erasure.confirm", "patient.erase"]));
  });

  it("frees the time that was theirs, and lets their record number and identifiers be given again", async () => {
    const { patient, practitioner, service, values, mark } = await newLife();
    await erase(patient);
    const next = await newPatient({ mrn: values.mrn });
    for (const start of ["2027-06-01T09:00:00Z", "2027-06-02T09:00:00Z", "2027-06-03T09:00:00Z"]) {
      const body = { patient: next, practitioner, service, start };
      expect((await call("POST", "/v1/appointments", { as: desk, at: soon, body })).status, start).toBe(201);
    }
    await treat(next);
    const note = { kind: "note", title: "t", text: "t", identifier: mark };
    expect((await call("POST", `/v1/patients/${next}/records`, { as: okafor, body: note })).status).toBe(201);
  });

  it("leaves of their rows only those of appointments, series, events and what the erasure itself says: ids", async () => {
    const { patient } = await newLife();
    await erase(patient);
    const rows = (await dump("CLINIC_TABLE")).filter(({ pk, sk }) => `${pk} ${sk}`.includes(patient));
    expect(rows).toEqual([]);
    const naming = (await dump("CLINIC_TABLE")).filter((row) => JSON.stringify(row).includes(patient));
    const families = [...new Set(naming.map(({ pk }) => pk.split("#")[0]))].sort();
    expect(families).toEqual(
      ["APPOINTMENT", "ERASURE", "EVENT", "HOLD", "ONCE", "SERIES"].filter((f) => families.includes(f)),
    );
  });

  it("is gone at once for whoever asks, and a request repeated from before is not answered as then", async () => {
    const key = { "idempotency-key": randomUUID() };
    const registered = { as: desk, body: { name: { text: "Repeated" } }, headers: key };
    const { id: patient } = await mustCall("POST", "/v1/patients", registered);
    const { body } = await ask(patient);
    await confirm(body.id);
    expect((await call("GET", `/v1/patients/${patient}`, { as: desk })).status).toBe(404);
    expect(
      (await call("PUT", `/v1/patients/${patient}/legal-hold`, { as: privacy, body: { reason: "x" } })).status,
    ).toBe(404);
    expect((await read(body.id)).status).toBe("confirmed");
    await tick("erasures", "2027-02-01T10:00:59Z");
    expect((await read(body.id)).status).toBe("confirmed");
    await tick("erasures", soon);
    expect((await read(body.id)).status).toBe("erased");
    expect((await call("POST", "/v1/patients", registered)).status).toBe(404);
  });
});

it("the files of documents go, also one that is sent later to an address given out before", async () => {
  const patient = await newPatient({}, okafor);
  await uploaded(patient);
  expect((await keysBelow(`documents/${clinic}/${patient}/`)).files).toHaveLength(1);
  await erase(patient);
  expect((await keysBelow(`documents/${clinic}/${patient}/`)).files).toEqual([]);
  await putBehindTheApi(`documents/${clinic}/${patient}/doc_0000000000000000000000`, Buffer.from("late"));
  await tick("erasures", "2027-02-01T10:21:02Z");
  expect((await keysBelow(`documents/${clinic}/${patient}/`)).files).toEqual([]);
});

describe("statutory retention", () => {
  it("refuses with the day from which on it is allowed", async () => {
    const own = await retaining({ retentionYears: 10 });
    const adult = await own.patient("1980-05-05", "2025-06-01T09:00:00Z");
    expect((await own.ask(adult)).body).toMatchObject({ status: 409, code: "retention", until: "2035-06-01" });
    expect((await own.ask(adult, "2035-05-31T10:00:00Z")).status).toBe(409);
    expect((await own.ask(adult, "2035-06-01T10:00:00Z")).status).toBe(201);
    expect((await own.ask(await own.patient("1980-05-05"))).status).toBe(201);
  });

  it("keeps those of a minor until an age, where that is longer", async () => {
    const own = await retaining({ retentionYears: 10, retentionMinorsUntilAge: 25 });
    const minor = await own.patient("2020-05-05", "2025-06-01T09:00:00Z");
    expect((await own.ask(minor)).body).toMatchObject({ code: "retention", until: "2045-05-05" });
    const path = `/v1/patients/${minor}/retention`;
    expect(await mustCall("GET", path, { as: own.officer })).toEqual({ until: "2045-05-05" });
  });
});

/** A clinic with rules of retention. */
async function retaining(policy: object) {
  const own = await ownClinic();
  await own.setPolicy(policy);
  const officer = (await newUser({ clinic: own.clinic, role: "privacy-officer" })).email;
  const practitioner = await own.newPractitioner();
  const service = await own.newService([practitioner]);
  return {
    officer,
    patient: async (birthDate: string, visit?: string): Promise<string> => {
      const { id } = await mustCall("POST", "/v1/patients", {
        as: own.desk,
        body: { name: { text: "Own" }, birthDate },
      });
      const end = visit?.replace("09:00", "10:00");
      const body = { patient: id, practitioner, service, start: visit, end };
      if (visit) await mustCall("POST", "/v1/past-appointments", { as: own.admin, body });
      return id;
    },
    ask: (patient: string, at = now) => ask(patient, { as: officer, at }),
  };
}

function sealedText(row: Record<string, unknown>): string {
  return row["sealed"] instanceof Uint8Array ? Buffer.from(row["sealed"]).toString("latin1") : "";
}

/** A copy of an entry's row, made now; and all keys that somebody with the tables and KMS can try on it, whenever they do. */
async function copyOf(patient: string, { id, version }: { id: string; version: number }) {
  const { keyring, patientKeys, table } = await inProcess();
  const { openBytes } = await import("../../functions/kernel/vault.ts");
  const row = await table.get(table.keyOf("record", [clinic, patient], id));
  const place = { table: "clinic", clinic, type: "record", id, version } as const;
  return {
    keys: async () => {
      const opened = await keyring.openKeyring(clinic);
      const own = await patientKeys.findPatientKey(opened, patient);
      return [...opened.keys, ...(own ? [own] : [])];
    },
    open: async (keys: Parameters<typeof openBytes>[0]) =>
      Buffer.from(openBytes(keys, place, row?.["sealed"] as Uint8Array)).toString(),
  };
}

/** The stores, in this process; they read where the tables are as they are loaded. */
async function inProcess() {
  const nobody = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  Object.assign(process.env, inject("backend").env, nobody);
  const [keyring, patientKeys, table, { commitAll }, { confirming }] = await Promise.all([
    import("../../functions/kernel/keyring.ts"),
    import("../../functions/kernel/patient-keys.ts"),
    import("../../functions/kernel/table.ts"),
    import("../../functions/kernel/commit.ts"),
    import("../../functions/erasures/store.ts"),
  ]);
  const confirmed = (asked: Erasure): Erasure => ({
    ...asked,
    status: "confirmed",
    confirmedBy: "x",
    confirmedAt: now,
  });
  return { keyring, patientKeys, table, commitAll, confirming, confirmed };
}
