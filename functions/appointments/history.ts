import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { findMoves } from "./moves-store.ts";
import { history as route } from "./routes.ts";
import { findVisit } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, query, caller, concerns } = ask;
  const keyring = await openKeyring(caller.clinic);
  const found = await findVisit(keyring, params.appointmentId);
  if (!found) throw missing();
  const { id, patient } = found.visit.appointment;
  concerns({ patient, target: id });
  await mustSee(route, ask, patient);
  const list = listing("appointments.history", { ...query, ...params });
  const { items, last } = await findMoves(
    caller.clinic,
    found.key,
    id,
    positionOf<string>(keyring, list),
    limitOf(list),
  );
  return { items, next: last && cursorTo(keyring, list, last) };
});
