import { daysOf } from "../appointments/day-book.ts";
import { changingOff, findDays } from "../appointments/day-book-store.ts";
import { tryInTurn } from "../appointments/try-in-turn.ts";
import { mustArrange } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { isPractitioner } from "../practitioners/store.ts";
import { addTimeOff as route } from "./routes.ts";
import { takingOff } from "./store.ts";

export const handler = endpoint(route, async ({ params, body, caller, now, commit }) => {
  const { clinic } = caller;
  const { practitionerId: practitioner } = params;
  if (!(await isPractitioner(clinic, practitioner))) throw missing();
  mustArrange(caller, practitioner);
  const keyring = await openKeyring(clinic);
  const timeOff = { id: newId("off"), practitioner, ...body, createdAt: now };
  const stretch = { start: toMs(body.start), end: toMs(body.end) };
  const dates = daysOf(stretch);
  return tryInTurn(async () => {
    const seen = await Array.fromAsync(findDays(clinic, practitioner, dates[0] as string, dates.at(-1) as string));
    const days = dates.map((date) => {
      const day = seen.find(({ sk }) => sk === date);
      return changingOff(clinic, practitioner, date, day, { ...day?.off, [timeOff.id]: [stretch.start, stretch.end] });
    });
    await commit([...takingOff(keyring, timeOff), ...days], { answer: timeOff, target: timeOff.id });
    return timeOff;
  });
});
