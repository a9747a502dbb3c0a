import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { type Choice, choose } from "./choice.ts";
import { circumstancesOf } from "./circumstances.ts";
import { withoutOwn } from "./claims.ts";
import { reschedule, type Sharing } from "./model.ts";
import { mustBeInTime, mustBeStaff, setAsideBy } from "./overrides.ts";
import { reschedule as route } from "./routes.ts";
import { changing, findVisit } from "./store.ts";
import { tryInTurn } from "./try-in-turn.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, ifMatch, concerns, commit } = ask;
  mustBeStaff(caller, body.override);
  const keyring = await openKeyring(caller.clinic);
  const seen = await findVisit(keyring, params.appointmentId);
  if (!seen) throw missing();
  const { appointment } = seen.visit;
  const { id, patient } = appointment;
  concerns({ patient, target: id });
  await mustSee(route, ask, patient);
  mustMatch(ifMatch, appointment.version);
  const to = { start: body.start, practitioner: body.practitioner ?? appointment.practitioner };
  return tryInTurn(async (lost) => {
    const given = await circumstancesOf(keyring, { ...appointment, ...to }, now);
    const own = withoutOwn(given, seen.visit);
    mustBeInTime("too-late-to-reschedule", caller, appointment, own, now);
    const next = ({ resources, location, sharing }: Pick<Choice, "resources" | "location"> & { sharing?: Sharing }) =>
      reschedule(seen.visit, { ...to, resources, location }, given.service, { now, ...sharing });
    next(appointment);
    const choice = choose(own, {
      start: to.start,
      now,
      lost,
      draw: Math.random(),
      setAside: setAsideBy(body.override, given),
    });
    const moved = next(choice);
    const writes = changing(caller.clinic, seen, moved, caller, {
      days: choice.seen,
      why: choice.overrode.length > 0 ? body.override?.reason : undefined,
    });
    const { overrode } = choice;
    await commit(writes, { answer: moved.appointment, patient: seen.key, target: id, overrode });
    return moved.appointment;
  });
});
