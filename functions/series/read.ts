import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { complete } from "./complete.ts";
import { read as route } from "./routes.ts";
import { findSeries } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller, now, concerns }) => {
  const keyring = await openKeyring(caller.clinic);
  const found = await findSeries(keyring, params.seriesId);
  if (!found) throw missing();
  const { id, patient } = found.kept.series;
  concerns({ patient, target: id });
  mustSee(caller, patient);
  return (await complete(keyring, found, now)).series;
});
