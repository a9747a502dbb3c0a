import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import type { Erasure } from "./model.ts";
import { retention as route } from "./routes.ts";
import { findStanding } from "./standing-store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now } = ask;
  await mustSee(route, ask, params.patientId);
  const standing = await findStanding(await openKeyring(caller.clinic), params.patientId, now);
  if (!standing) throw missing();
  const { legalHold, until, erasure } = standing;
  return { legalHold, until, erasure: erasure as Erasure["id"] | undefined };
});
