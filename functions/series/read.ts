import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { complete } from "./complete.ts";
import { read as route } from "./routes.ts";
import { findSeries } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, concerns } = ask;
  const keyring = await openKeyring(caller.clinic);
  const found = await findSeries(keyring, params.seriesId);
  if (!found) throw missing();
  const { id, patient } = found.kept.series;
  concerns({ patient, target: id });
  await mustSee(route, ask, patient);
  return (await complete(keyring, found, now)).series;
});
