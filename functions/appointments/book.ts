import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { circumstancesOf } from "./circumstances.ts";
import { whileTimeOffChanges } from "./day-book-store.ts";
import { book } from "./model.ts";
import { book as route } from "./routes.ts";
import { objection } from "./rules.ts";
import { booking } from "./store.ts";

export const handler = endpoint(route, async ({ body, caller, now, commit }) => {
  mustSee(caller, body.patient);
  const keyring = await openKeyring(caller.clinic);
  return whileTimeOffChanges(async () => {
    const { key, ...given } = await circumstancesOf(keyring, body);
    const objected = objection(body.practitioner, body.start, now, given);
    if (objected) throw objected;
    const visit = book(body, given.service, { id: newId("apt"), now });
    const { appointment } = visit;
    await commit(booking(keyring, { visit, key }, given.days), {
      answer: appointment,
      patient: key,
      target: appointment.id,
    });
    return appointment;
  });
});
