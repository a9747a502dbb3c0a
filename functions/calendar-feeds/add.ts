import { randomBytes } from "node:crypto";
import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring } from "../kernel/keyring.ts";
import type { PatientKey } from "../kernel/patient-keys.ts";
import { missing } from "../kernel/problem.ts";
import { findPatient } from "../patients/store.ts";
import { isPractitioner } from "../practitioners/store.ts";
import { type FeedFields, mustBeTheirs } from "./model.ts";
import { read, add as route } from "./routes.ts";
import { adding, hashOf } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { body, caller, now, address, commit } = ask;
  if (body.patient) await mustSee(route, ask, body.patient);
  const patient = await keyOfOwner(caller.clinic, body);
  mustBeTheirs(caller, body);
  const secret = randomBytes(32).toString("base64url");
  const feed = { id: newId("fed"), ...body, createdAt: now };
  // What a repeated request is answered with is kept, sealed; the address is not to be kept at all.
  await commit(adding(caller.clinic, { feed, hash: hashOf(secret) }), { answer: feed, patient, target: feed.id });
  return { ...feed, url: address + read.path.replace("{secret}", secret) };
});

/** The key of the patient whose feed it is, if it is a patient's. An owner who is not there: 404. */
async function keyOfOwner(clinic: string, { patient, practitioner }: FeedFields): Promise<PatientKey | undefined> {
  if (practitioner && (await isPractitioner(clinic, practitioner))) return undefined;
  const found = patient && (await findPatient(await openKeyring(clinic), patient));
  if (!found) throw missing();
  return found.key;
}
