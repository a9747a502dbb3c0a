import { mustSee } from "../access/sight-store.ts";
import { choose } from "../appointments/choice.ts";
import { circumstancesOf } from "../appointments/circumstances.ts";
import { tryInTurn } from "../appointments/try-in-turn.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { keep } from "./model.ts";
import { place as route } from "./routes.ts";
import { findPlace, keeping } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { body, caller, now, commit } = ask;
  const patient = body.patient ?? (caller.role === "patient" ? (caller.person as typeof body.patient) : undefined);
  if (patient) await mustSee(route, ask, patient);
  const keyring = await openKeyring(caller.clinic);
  return tryInTurn(async (lost) => {
    const [{ key, ...given }, place] = await Promise.all([
      circumstancesOf(keyring, { ...body, patient }, now),
      patient ? findPlace(caller.clinic, patient, now) : undefined,
    ]);
    const { practitioner, resources, location, sharing, seen } = choose(given, {
      start: body.start,
      now,
      lost,
      draw: Math.random(),
    });
    const wish = { ...body, patient, practitioner: practitioner.id, resources, location };
    const kept = keep(wish, given.service, { id: newId("hld"), now, ...sharing, minutes: given.policy.holdMinutes });
    const writes = keeping(caller.clinic, kept, seen, place);
    await commit(writes, { answer: kept.hold, patient: key, target: kept.hold.id });
    return kept.hold;
  });
});
