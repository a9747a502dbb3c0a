import { isShown } from "../access/rules.ts";
import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { toInstant, toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing, refuse } from "../kernel/problem.ts";
import { piecesOf } from "./model.ts";
import { addressFor, uploadSeconds } from "./objects-store.ts";
import { upload as route } from "./routes.ts";
import { findDocument } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, query, caller, now, concerns } = ask;
  const { labels } = await mustSee(route, ask, params.patientId);
  const seen = await findDocument(await openKeyring(caller.clinic), params, now);
  if (!seen || !isShown(seen.document, { user: caller.user, labels })) throw missing();
  const { document, place } = seen;
  concerns({ patient: document.patient, target: document.id });
  if (document.status === "stored") throw refuse("conflict", "already-stored", "Its upload is complete.");
  const { pieces, next } = piecesOf(document, seen, Number(query.from ?? 1));
  const puts = pieces.map(async (piece) => {
    const { number, offset, size } = piece;
    const { url, headers } = await addressFor(place, document, piece, seen, now);
    return { number, offset, size, url, signedHeaders: headers };
  });
  const expiresAt = toInstant(toMs(now) + uploadSeconds * 1000);
  return { expiresAt, puts: await Promise.all(puts), ...(next ? { next: String(next) } : {}) };
});
