import { fileTypeFromBuffer } from "file-type";
import { isShown } from "../access/rules.ts";
import { mustSee } from "../access/sight-store.ts";
import { commitAll } from "../kernel/commit.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing, refuse } from "../kernel/problem.ts";
import { type Document, looksLike, store } from "./model.ts";
import { discard, findSent, joinParts, keep, type Sent } from "./objects-store.ts";
import { complete as route } from "./routes.ts";
import { findDocument, forgetting, storing } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, concerns, commit } = ask;
  const { labels } = await mustSee(route, ask, params.patientId);
  const seen = await findDocument(await openKeyring(caller.clinic), params, now);
  if (!seen || !isShown(seen.document, { user: caller.user, labels })) throw missing();
  const { key, document } = seen;
  const { patient, id } = document;
  concerns({ patient, target: id });
  if (document.status === "stored") {
    await commit([], { answer: document, patient: key, target: id });
    return document;
  }
  const place = { clinic: caller.clinic, patient, document: id };
  if (seen.id) await joinParts(place, seen, body.etags ?? []);
  const sent = await findSent(place);
  if (!sent || !isWhole(sent, document)) throw refuse("conflict", "not-uploaded", notThere);
  if (!(await isOfType(document, sent))) {
    await discard(place, sent);
    await commitAll([forgetting(key, id)]);
    throw refuse("unprocessable", "type-mismatch", `This is no ${document.contentType}. It was deleted.`);
  }
  // First: if what follows fails, a file is left that nobody can reach; the other way round, a document lost its file.
  await keep(place);
  const file = sent.version ?? unversioned;
  const stored = { ...store(document, now), scan: seen.scanOf(file) };
  await commit(storing(key, stored, file, now), { answer: stored, patient: key, target: id });
  return stored;
});

/** What S3 calls the one version of a file in a bucket that keeps none. */
const unversioned = "null";

const notThere = "Not all of it has been uploaded yet.";

function isWhole(sent: Sent, { size, sha256 }: Document): boolean {
  return sent.size === size && sent.sha256 === sha256;
}

async function isOfType({ contentType }: Document, { head }: Sent): Promise<boolean> {
  return looksLike(contentType, (await fileTypeFromBuffer(head))?.mime, head);
}
