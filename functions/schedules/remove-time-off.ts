import { daysOf } from "../appointments/day-book.ts";
import { changingOff, findDays } from "../appointments/day-book-store.ts";
import { mustArrange } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { toMs } from "../kernel/instant.ts";
import { missing } from "../kernel/problem.ts";
import { tryAgain } from "../kernel/try-again.ts";
import { removeTimeOff as route } from "./routes.ts";
import { findTimeOff, givingBack } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller, now, commit }) => {
  const { clinic } = caller;
  const { practitionerId: practitioner, timeOffId: id } = params;
  const timeOff = await findTimeOff(clinic, practitioner, id);
  if (!timeOff) throw missing();
  mustArrange(caller, practitioner);
  const dates = daysOf({ start: toMs(timeOff.start), end: toMs(timeOff.end) });
  await tryAgain(async () => {
    const seen = await Array.fromAsync(findDays(clinic, practitioner, dates[0] as string, dates.at(-1) as string));
    const days = seen.map((day) => {
      const { [id]: _, ...rest } = day.off ?? {};
      return changingOff(clinic, practitioner, day.sk, day, rest);
    });
    await commit([...givingBack(clinic, practitioner, id, now), ...days], { answer: undefined, target: id });
  });
});
