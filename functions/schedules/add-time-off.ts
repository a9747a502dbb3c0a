import { daysOf } from "../appointments/day-book.ts";
import { changingOff, findDays } from "../appointments/day-book-store.ts";
import { mustArrange } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { tryAgain } from "../kernel/try-again.ts";
import { isPractitioner } from "../practitioners/store.ts";
import { subjectsOf } from "./model.ts";
import { aroundOf, findWithinOff } from "./outside-store.ts";
import { addTimeOff as route } from "./routes.ts";
import { takingOff } from "./store.ts";

export const handler = endpoint(route, async ({ params, query, body, caller, now, concerns, commit }) => {
  const { clinic } = caller;
  const { practitionerId: practitioner } = params;
  if (!(await isPractitioner(clinic, practitioner))) throw missing();
  mustArrange(caller, practitioner);
  const keyring = await openKeyring(clinic);
  const timeOff = { id: newId("off"), practitioner, ...body, createdAt: now };
  const stretch = { start: toMs(body.start), end: toMs(body.end) };
  const { first, last } = aroundOf(stretch);
  return tryAgain(async () => {
    const seen = await Array.fromAsync(findDays(clinic, practitioner, first, last));
    const answer = { ...timeOff, ...(await findWithinOff(clinic, seen, stretch, now)) };
    concerns(...subjectsOf(answer, query));
    if (query.dryRun === "true") return answer;
    const days = daysOf(stretch).map((date) => {
      const day = seen.find(({ sk }) => sk === date);
      return changingOff(clinic, practitioner, date, day, { ...day?.off, [timeOff.id]: [stretch.start, stretch.end] });
    });
    await commit([...takingOff(keyring, timeOff), ...days], { answer, target: timeOff.id });
    return answer;
  });
});
