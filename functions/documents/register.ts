import { createHash } from "node:crypto";
import { labelled } from "../access/rules.ts";
import { mustSee } from "../access/sight-store.ts";
import { appointmentAt } from "../appointments/store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { refuse } from "../kernel/problem.ts";
import { mustFindKey } from "../patients/store.ts";
import { announce, type Document, type DocumentFields } from "./model.ts";
import { beginParts } from "./objects-store.ts";
import { register as route } from "./routes.ts";
import { announcing } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  await mustSee(labelled(route, body.labels), ask, params.patientId);
  const { clinic } = caller;
  const patient = params.patientId;
  const visitKey = body.appointment ? [appointmentAt(clinic, body.appointment)] : [];
  const { key, besides } = await mustFindKey(clinic, patient, visitKey);
  if (body.appointment && besides[0]?.["patient"] !== patient)
    throw refuse("unprocessable", "unknown-appointment", notTheirs);
  const author = { user: caller.user, practitioner: caller.role === "practitioner" ? caller.person : undefined };
  const made = { id: newId("doc"), patient, author: author as Document["author"], sha256: checksumOf(body) };
  const document = announce(body, { ...made, now });
  const { parts } = body;
  const place = { clinic, patient, document: document.id };
  const upload = parts ? { id: await beginParts(place, document), parts } : {};
  await commit([announcing(key, document, upload)], { answer: document, patient: key, target: document.id });
  return document;
});

const expected = "an appointment of this patient";
const notTheirs = { errors: [{ path: "appointment", expected, message: `appointment should be ${expected}` }] };

/** The checksum as S3 tells it: of a document in parts, that of their checksums, and how many they are. */
function checksumOf({ sha256 = "", parts }: DocumentFields): string {
  if (!parts) return sha256;
  const all = Buffer.concat(parts.map((sum) => Buffer.from(sum, "base64")));
  return `${createHash("sha256").update(all).digest("base64")}-${parts.length}`;
}
