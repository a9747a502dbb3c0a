import type { Backend } from "../lib/local/backend.ts";
import { demoPassword } from "../lib/local/demo.ts";

/*
 * The two demo clinics. What a clinic needs to exist (its keys, its memberships) is written as the clinic script writes
 * it; all else goes through the public API, as the clinic's own admin would do it.
 */

const clinics = [
  { id: "cln_DemoClinic000000000001", domain: "demo.clinic", name: "Demo Clinic" },
  { id: "cln_OtherClinic00000000001", domain: "other.clinic", name: "Other Clinic" },
] as const;

const practitioners = [
  {
    user: "dr.okafor",
    name: { given: ["Chidi"], family: "Okafor", text: "Dr. Chidi Okafor" },
    specialty: "General practice",
  },
  {
    user: "dr.lindqvist",
    name: { given: ["Maja"], family: "Lindqvist", text: "Dr. Maja Lindqvist" },
    specialty: "Pediatrics",
  },
] as const;

const weekdays = ["mon", "tue", "wed", "thu", "fri"];
const schedule = {
  zone: "America/New_York",
  windows: [
    { days: weekdays, start: "09:00", end: "12:00" },
    { days: weekdays, start: "13:00", end: "17:00" },
  ],
};

const services = [
  { name: "General consultation", durationMinutes: 30 },
  { name: "Video visit", durationMinutes: 20, slotIntervalMinutes: 20, bufferAfterMinutes: 10, modality: "video" },
];

const ana = {
  name: { given: ["Ana"], family: "Souza" },
  birthDate: "1988-05-14",
  gender: "female",
  phones: ["+1 202 555 0143"],
  emails: ["ana.souza@example.com"],
  mrn: "DEMO-0001",
  language: "pt-BR",
};

/** Fills an empty backend with the demo clinics. Cut short, it takes up where it stopped: every step can be repeated. */
export async function seed(backend: Backend): Promise<void> {
  for (const clinic of clinics) await seedClinic(backend, clinic);
}

async function seedClinic(backend: Backend, { id, domain, name }: (typeof clinics)[number]): Promise<void> {
  // Loaded late: stores read the environment, which the backend sets.
  const { foundClinic } = await import("../functions/members/found-clinic.ts");
  const { findClinics, saveMember } = await import("../functions/members/store.ts");
  const { readMemberships } = await import("../functions/kernel/caller.ts");
  const join = async (user: string, role: Parameters<typeof saveMember>[1]["role"], person?: string) =>
    saveMember(await backend.createUser(`${user}@${domain}`, demoPassword), { clinic: id, role, person });

  const last = await backend.createUser(`ana@${domain}`, demoPassword);
  if ((await readMemberships(last)).length > 0) return;
  if ((await findClinics([id])).length === 0) await foundClinic({ id, name, zone: "America/New_York", country: "US" });
  await join("admin", "admin");
  await join("desk", "front-desk");
  await join("privacy", "privacy-officer");
  const admin = asAdmin(backend.url, (await backend.signIn(`admin@${domain}`, demoPassword)).accessToken);
  const offeredBy: string[] = [];
  for (const { user, ...fields } of practitioners) {
    const practitioner = await admin("POST", "/v1/practitioners", fields, user);
    await admin("PUT", `/v1/practitioners/${practitioner}/schedule`, schedule, user);
    await join(user, "practitioner", practitioner);
    offeredBy.push(practitioner);
  }
  for (const service of services)
    await admin("POST", "/v1/services", { ...service, practitioners: offeredBy }, service.name);
  const patient = await admin("POST", "/v1/patients", ana, "ana");
  await admin("PUT", `/v1/patients/${patient}/care-team/${offeredBy[0]}`, {}, "care team");
  await join("ana", "patient", patient);
}

/** Sends one step as the clinic's admin and answers the id it made; a step already done answers the same id again. */
function asAdmin(url: string, token: string) {
  return async (method: "POST" | "PUT", path: string, body: unknown, step: string): Promise<string> => {
    const condition =
      method === "POST" ? { "idempotency-key": `seed-${step.replaceAll(" ", "-")}` } : { "if-match": '"1"' };
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", ...condition };
    const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    const isDone = method === "PUT" && answer.status === 412;
    if (!answer.ok && !isDone)
      throw new Error(`seeding: ${method} ${path} answered ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { id: string }).id;
  };
}
