import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Asked, call, mustCall } from "../support/client.ts";
import { keysCommand, keyWork, killedAt } from "../support/keys.ts";
import { newClinic } from "../support/members.ts";
import { dump, takeOut } from "../support/tables.ts";

type Clinic = Awaited<ReturnType<typeof newClinic>>;

const family = "Rotanda";
const given = (place: number) => `Given${String.fromCharCode(97 + (place % 26))}${place}`;

async function register(desk: string, place: number, more: object = {}) {
  const body = {
    name: { family, given: [given(place)] },
    birthDate: "1970-02-03",
    emails: [`rota${place}@example.com`],
    mrn: `ROT-${place}`,
    ...more,
  };
  return call("POST", "/v1/patients", { as: desk, body });
}

async function registerAll(desk: string, count: number): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: count }, (_, place) => register(desk, place)));
  return answers.map(({ body }) => body.id as string);
}

/** All that a search finds, page by page. */
async function found(desk: string, criteria: string, limit = 7): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await mustCall("GET", `/v1/patients?${criteria}&limit=${limit}${cursor ? `&cursor=${cursor}` : ""}`, {
      as: desk,
    });
    ids.push(...page.items.map(({ id }: { id: string }) => id));
    cursor = page.next;
  } while (cursor);
  return ids;
}

/** Does something over and over, until what runs beside it has ended; gives how often. */
async function during(running: Promise<unknown>, act: (round: number) => Promise<void>): Promise<number> {
  let isOver = false;
  const over = running.finally(() => {
    isOver = true;
  });
  let round = 0;
  const acting = (async () => {
    while (!isOver) await act(round++);
  })();
  await Promise.all([over, acting]);
  return round;
}

async function changed(path: string, asked: Asked, body: object): Promise<void> {
  const { version } = await mustCall("GET", path, asked);
  const { status } = await call("PATCH", path, { ...asked, headers: { "if-match": `"${version}"` }, body });
  // Its entries were moved in between: the client is told to try again.
  if (status === 503) return changed(path, asked, body);
  expect(status).toBe(200);
}

async function withPractitioner({ admin }: Clinic): Promise<string> {
  const identifier = { system: "urn:npi", value: "1234567893" };
  const body = { name: { text: "Dr. Rota" }, identifier };
  const { id } = await mustCall("POST", "/v1/practitioners", { as: admin, body });
  const off = { start: "2028-01-10T09:00:00Z", end: "2028-01-10T10:00:00Z", reason: "away" };
  await mustCall("POST", `/v1/practitioners/${id}/time-off`, { as: admin, body: off });
  return id;
}

describe("rotating a clinic's sealing key", () => {
  it("goes on beside the clinic's work: nothing is refused, nothing written meanwhile is lost, and the old key can go", async () => {
    const { announce, resume, retire, naming } = await keyWork();
    const clinic = await newClinic("US");
    const [patients, practitioner] = await Promise.all([registerAll(clinic.desk, 12), withPractitioner(clinic)]);
    const [as, path] = [{ as: clinic.admin }, `/v1/practitioners/${practitioner}`];
    expect(await naming(clinic.clinic, "SEAL", 1)).toBe(16);
    await expect(retire(clinic.clinic, "SEAL")).rejects.toThrow("cannot be retired yet: steady");
    expect(await announce(clinic.clinic, "SEAL")).toBe(2);
    await expect(announce(clinic.clinic, "SEAL")).rejects.toThrow("is being rotated");
    await expect(retire(clinic.clinic, "SEAL")).rejects.toThrow("cannot be retired yet: announced");

    const rounds = await during(
      resume(clinic.clinic, "SEAL", () => undefined),
      async (round) => {
        await changed(path, as, { specialty: `specialty ${round}` });
        await mustCall("GET", `/v1/patients/${patients[round % patients.length]}`, { as: clinic.desk });
        expect((await register(clinic.desk, 100 + round)).status).toBe(201);
      },
    );
    expect(rounds).toBeGreaterThan(5);
    expect((await mustCall("GET", path, as)).specialty).toBe(`specialty ${rounds - 1}`);
    expect(await naming(clinic.clinic, "SEAL", 1)).toBe(0);
    expect(await retire(clinic.clinic, "SEAL")).toBe(1);
    expect(await naming(clinic.clinic, "SEAL", 1)).toBeUndefined();

    const keys = (await dump("KEYS_TABLE")).filter(({ pk }) => pk === `KEY#${clinic.clinic}`).map(({ sk }) => sk);
    expect(keys.toSorted()).toEqual(["INDEX#1", "SEAL#2"]);
    // Longer than a function remembers keys.
    const again = await onceForgotten(() => found(clinic.desk, `name=${family}`, 50));
    expect(again).toHaveLength(12 + rounds);
    expect((await mustCall("GET", `${path}/time-off`, as)).items[0].reason).toBe("away");
  });

  it("undoes nobody who writes between its reading and its writing, and brings back nothing that was removed", async () => {
    await keyWork();
    const { openKeyring, openFor } = await import("../../functions/kernel/keyring.ts");
    const { reseal } = await import("../../lib/keys/reseal.ts");
    const clinic = await newClinic("US");
    const practitioner = await withPractitioner(clinic);
    const ring = await openKeyring(clinic.clinic);
    const current = { kind: "C" as const, number: 2, bytes: randomBytes(32) };
    const next = { ...ring, current, keys: [...ring.keys, current] };
    const at = async () => (await dump("CLINIC_TABLE")).find(({ sk }) => sk === practitioner);

    const read = (await at())!;
    await changed(`/v1/practitioners/${practitioner}`, { as: clinic.admin }, { specialty: "written meanwhile" });
    expect(await reseal(next, "clinic", read)).toBe(true);
    const now = (await at())!;
    expect(openFor({ ...next, keys: [current] }, "practitioner", practitioner, 2, now["sealed"])).toMatchObject({
      specialty: "written meanwhile",
    });
    await takeOut("CLINIC_TABLE", now);
    expect(await reseal({ ...next, current: { ...current, number: 3 } }, "clinic", now)).toBe(false);
    expect(await at()).toBeUndefined();
  });

  it("cut short by kill -9 as often as one likes, it is taken up and completed", async () => {
    const clinic = await newClinic("US");
    const [patients] = await Promise.all([registerAll(clinic.desk, 20), withPractitioner(clinic)]);
    const which = ["--clinic", clinic.clinic, "--key", "sealing"];
    expect(await killedAt(/^announced/, "rotate", ...which)).toBe(true);
    expect(await keysCommand("status", "--clinic", clinic.clinic)).toContain("sealing key 2: in use from");
    expect(await killedAt(/^rewriting: [1-9]/, "resume", ...which)).toBe(true);
    const halfway = await keysCommand("status", "--clinic", clinic.clinic);
    expect(halfway).toMatch(/rotation: rewriting, \d+ of about \d+ rows looked at, \d+ written/);
    expect(await keysCommand("resume", ...which)).toContain("the older sealing key can be retired");
    const done = await keysCommand("status", "--clinic", clinic.clinic);
    expect(done).toContain("sealing key 1: opens, 0 rows name it");
    expect(done).toMatch(/sealing key 2: seals and opens, 24 rows name it/);
    expect(await keysCommand("retire", ...which)).toContain("sealing key 1 is destroyed");
    expect(await keysCommand("resume", ...which)).toContain("nothing to do");
    expect(await onceForgotten(() => found(clinic.desk, `name=${family}`))).toEqual(patients.toSorted());
  });
});

describe.concurrent("rotating a clinic's index key", () => {
  it("loses nobody from a search and tells nobody twice, in any phase, while people come and change", async () => {
    const { announce, resume, retire, naming } = await keyWork();
    const clinic = await newClinic("US");
    const { desk } = clinic;
    const patients = await registerAll(desk, 15);
    const everybody = new Set(patients);
    await announce(clinic.clinic, "INDEX");
    const names = new Set<string>();
    const rotating = resume(clinic.clinic, "INDEX", (line) => names.add(line.split(":")[0] as string));
    const rounds = await during(rotating, async (round) => {
      const place = round % patients.length;
      const before = [...everybody];
      const [byName, byMail, byMrn, byBirth] = await Promise.all([
        found(desk, `name=${family}`),
        found(desk, `email=rota${place}@example.com`),
        found(desk, `mrn=ROT-${place}`),
        found(desk, "birthDate=1970-02-03", 4),
      ]);
      expect(byName).toEqual(before.toSorted());
      expect(byBirth).toEqual(before.toSorted());
      expect([byMail, byMrn]).toEqual([[patients[place]], [patients[place]]]);
      const added = await register(desk, 1000 + round);
      everybody.add(added.body.id);
      await changed(
        `/v1/patients/${patients[place]}`,
        { as: desk },
        { language: "pt", name: { given: [`Other${round}`] } },
      );
      expect(await found(desk, `name=other${round}`)).toContain(patients[place]);
    });
    expect(rounds).toBeGreaterThan(2);
    expect([...names]).toEqual(["announced", "settling", "rewriting", "parting", "sweeping"]);
    expect(await naming(clinic.clinic, "INDEX", 1)).toBe(0);
    expect(await retire(clinic.clinic, "INDEX")).toBe(1);
    expect(await onceForgotten(() => found(desk, `name=${family}`))).toEqual([...everybody].toSorted());
    expect(await found(desk, "mrn=ROT-3")).toEqual([patients[3]]);
  });

  it("keeps identifiers and record numbers unique in every phase, and gives freed ones back", async () => {
    const { announce, resume, retire } = await keyWork();
    const clinic = await newClinic("US");
    const { desk, admin } = clinic;
    const patients = await registerAll(desk, 3);
    await withPractitioner(clinic);
    const service = await mustCall("POST", "/v1/services", {
      as: admin,
      body: { name: "Visit", durationMinutes: 30, practitioners: [], identifier: { system: "urn:s", value: "1" } },
    });
    const place = { name: "Place", zone: "UTC", identifier: { system: "urn:l", value: "1" } };
    const location = await mustCall("POST", "/v1/locations", { as: admin, body: place });
    await announce(clinic.clinic, "INDEX");
    const mustHold = async (round: number) => {
      const [taken, free] = [`ROT-${round % 3}`, `FREE-${round}`];
      expect(await register(desk, round, { mrn: taken })).toMatchObject({
        status: 409,
        body: { code: "mrn-taken", existing: patients[round % 3] },
      });
      const npi = { name: { text: "Dr. Twin" }, identifier: { system: "urn:npi", value: "1234567893" } };
      expect((await call("POST", "/v1/practitioners", { as: admin, body: npi })).body.code).toBe("identifier-taken");
      const twin = { name: "Twin", durationMinutes: 30, practitioners: [], identifier: service.identifier };
      expect((await call("POST", "/v1/services", { as: admin, body: twin })).body.existing).toBe(service.id);
      expect((await call("POST", "/v1/locations", { as: admin, body: place })).body.existing).toBe(location.id);
      // Taken, given up, and taken by another.
      const first = await register(desk, round, { mrn: free });
      expect(first.status).toBe(201);
      await changed(`/v1/patients/${first.body.id}`, { as: desk }, { mrn: null });
      const second = await register(desk, round, { mrn: free });
      expect([second.status, await found(desk, `mrn=${free}`)]).toEqual([201, [second.body.id]]);
      await changed(`/v1/patients/${second.body.id}`, { as: desk }, { mrn: `GONE-${randomUUID()}` });
      // Of two at once, one.
      const both = await Promise.all([0, 1].map(() => register(desk, round, { mrn: free })));
      expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    };
    const rounds = await during(
      resume(clinic.clinic, "INDEX", () => undefined),
      mustHold,
    );
    await mustHold(rounds);
    await retire(clinic.clinic, "INDEX");
    await onceForgotten(() => mustHold(rounds + 1));
    const marks = (await dump("CLINIC_TABLE")).filter(({ pk }) => pk.startsWith(`INDEX#${clinic.clinic}#`));
    expect(marks.filter(({ pk, key }) => key !== 2 && !pk.includes("#patient-all#"))).toEqual([]);
  });

  it("cut short by kill -9 in the midst of its work, it is taken up and completed", async () => {
    const clinic = await newClinic("US");
    const patients = await registerAll(clinic.desk, 20);
    const which = ["--clinic", clinic.clinic, "--key", "index"];
    expect(await killedAt(/^announced/, "rotate", ...which)).toBe(true);
    for (const phase of [/^rewriting: [1-9]/, /^sweeping: 0/, /^sweeping: [1-9]/]) {
      expect([phase, await killedAt(phase, "resume", ...which)]).toEqual([phase, true]);
      expect([phase, await found(clinic.desk, `name=${family}`)]).toEqual([phase, patients.toSorted()]);
    }
    await keysCommand("resume", ...which);
    expect(await keysCommand("status", "--clinic", clinic.clinic)).toContain("index key 1: asked, 0 rows name it");
    await keysCommand("retire", ...which);
    expect(await onceForgotten(() => found(clinic.desk, `name=${family}`))).toEqual(patients.toSorted());
  });
});

/** Asks once the functions have forgotten the keys that they remember. */
async function onceForgotten<Result>(ask: () => Promise<Result>): Promise<Result> {
  const seconds = Number(process.env["KEYS_SECONDS"]);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1100));
  return ask();
}
