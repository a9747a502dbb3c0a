import { isActive } from "./checker-day-books.ts";
import { canonical, lastPart, type Row, type Seen } from "./checker-seen.ts";
import type { Operation } from "./history-wishes.ts";

const dayMs = 86_400_000;

/** Each change has left its step, its event and its audit entry, each once; each reminder agrees with its appointment. */
export function traceFaults(seen: Seen, operations: readonly Operation[]): string[] {
  return [
    ...seen.appointments.flatMap((row) => stepFaults(row, seen)),
    ...orphanFaults(seen),
    ...changeFaults(seen, operations),
    ...holdFaults(seen),
    ...reminderFaults(seen),
  ];
}

/** The versions have no gap, and the last step is what the row says. */
function stepFaults(row: Row, { steps }: Seen): string[] {
  const its = steps.get(row.id) ?? [];
  const versions = its.map(({ version }) => version).join();
  const wanted = Array.from({ length: row.version }, (_, n) => n + 1).join();
  const last = its.at(-1);
  const isSame =
    last?.status === row.status &&
    last.start === row.start &&
    last.practitioner === row.practitioner &&
    last.happenedAt === row.updatedAt;
  return [
    ...(versions === wanted ? [] : [`${row.id} is at version ${row.version} and has the steps ${versions}`]),
    ...(isSame ? [] : [`${row.id} is ${row.status} at ${row.start}, its last step says otherwise`]),
    ...(its[0]?.happenedAt === row.createdAt ? [] : [`${row.id} was not made when its first step says`]),
  ];
}

/** No step, event, reminder or granted change is of something that is not there. */
function orphanFaults({ appointments, holds, steps, events, reminders, audit }: Seen): string[] {
  const there = new Set([...appointments, ...holds].map(({ id }) => id));
  const named = [
    ...[...steps.keys()].map((id) => ["a step", id]),
    ...events.map((event) => ["an event", event["appointment"] ?? event["hold"]]),
    ...reminders.map((due) => ["a reminder", due["appointment"]]),
    ...audit.filter(({ outcome }) => outcome === "granted").map((entry) => ["an audit entry", entry["target"]]),
  ];
  return named
    .filter(([, id]) => !there.has(id as string))
    .map(([what, id]) => `${what} is of ${id}, which is not there`);
}

const eventOf: Partial<Record<Operation["kind"], string>> = {
  book: "booked",
  confirm: "booked",
  reschedule: "rescheduled",
  cancel: "cancelled",
};
const actionOf: Partial<Record<Operation["kind"], string>> = {
  book: "appointment.book",
  confirm: "appointment.book",
  reschedule: "appointment.reschedule",
  cancel: "appointment.cancel",
  "set-status": "appointment.set-status",
};
const changes = new Set(Object.values(actionOf));

/** Every step was asked for by one sending, and has the event and the audit entry of what was asked. */
function changeFaults({ steps, events, audit }: Seen, operations: readonly Operation[]): string[] {
  const asked = new Map(operations.flatMap((each) => each.attempts.map(({ at }) => [at, each] as const)));
  const eventsOf = Map.groupBy(events, ({ appointment, version }) => `${appointment} ${version}`);
  const granted = audit.filter(({ outcome, action }) => outcome === "granted" && changes.has(action as string));
  const entriesOf = Map.groupBy(granted, ({ target, at }) => `${target} ${canonical(at)}`);
  const stepsAt = new Set(
    [...steps.values()].flat().map(({ pk, happenedAt }) => `${lastPart(pk)} ${canonical(happenedAt)}`),
  );
  const missing = [...steps.values()].flat().flatMap((step) => {
    const [id, at] = [lastPart(step.pk), canonical(step.happenedAt)];
    const operation = asked.get(at);
    const name = `version ${step.version} of ${id}`;
    if (!operation) return [`${name} was asked for by nobody`];
    const type = `appointment.${eventOf[operation.kind] ?? operation.body?.["status"]}`;
    const its = (eventsOf.get(`${id} ${step.version}`) ?? []).map((event) => event["type"]).join();
    const actions = (entriesOf.get(`${id} ${at}`) ?? []).map((entry) => entry["action"]).join();
    return [
      ...(its === type ? [] : [`${name} has the events ${its || "none"}, not ${type}`]),
      ...(actions === actionOf[operation.kind] ? [] : [`${name} has the audit entries ${actions || "none"}`]),
    ];
  });
  const versions = new Map([...steps].map(([id, its]) => [id, its.length]));
  const early = events
    .filter(
      (event) => event["appointment"] && Number(event["version"]) > (versions.get(event["appointment"] as string) ?? 0),
    )
    .map((event) => `there is an event of version ${event["version"]} of ${event["appointment"]}`);
  const empty = [...entriesOf]
    .filter(([name, entries]) => !stepsAt.has(name) && !(entries.length === 1 && changedNothing(name, asked, steps)))
    .map(([name]) => `the trail says of a change that was not made: ${name}`);
  return [...missing, ...early, ...empty];
}

/**
 * Whether a granted change that made no step had none to make: it cancelled what was cancelled, or it was sent again under
 * its key and answered as before, which is audited as what was asked, at the time it was asked again.
 */
function changedNothing(name: string, asked: ReadonlyMap<string, Operation>, steps: Seen["steps"]): boolean {
  const [id, at] = name.split(" ") as [string, string];
  const operation = asked.get(at);
  if (operation?.target !== id) return false;
  const to = operation.kind === "cancel" ? "cancelled" : operation.body?.["status"];
  const isRepeated =
    operation.key !== undefined &&
    operation.attempts.length > 1 &&
    operation.answers.some(({ status }) => status < 300);
  return isRepeated || (steps.get(id) ?? []).some(({ status }) => status === to);
}

/** Holds: placed once, ended once and to one end, each with its event and its entry. */
function holdFaults({ holds, events, audit, appointments }: Seen): string[] {
  return holds.flatMap(({ id, status, appointment, createdAt }) => {
    const types = events.filter((event) => event["hold"] === id).map((event) => event["type"]);
    const wanted = status === "released" ? "hold.placed,hold.released" : "hold.placed";
    const placed = audit.filter(
      (entry) => entry["target"] === id && entry["action"] === "hold.place" && entry["at"] === createdAt,
    );
    const isMade = appointments.some((row) => row.id === appointment);
    return [
      ...(types.sort().join() === wanted ? [] : [`${id} is ${status} and has the events ${types.join()}`]),
      ...(placed.length === 1 ? [] : [`${id} has ${placed.length} audit entries of its placing`]),
      ...((status === "confirmed") === isMade ? [] : [`${id} is ${status}, and its appointment is ${appointment}`]),
    ];
  });
}

/** A day before the start, where that was still to come when it was booked, and it is still to take place. */
function reminderFaults({ appointments, reminders }: Seen): string[] {
  const wanted = appointments.filter(isActive).flatMap((row) => {
    const due = Date.parse(row.start) - dayMs;
    return due > Date.parse(row.createdAt) ? `${row.id} ${new Date(due).toISOString()}` : [];
  });
  const found = reminders.map((due) => `${due["appointment"]} ${canonical(due["due"])}`);
  const misfiled = reminders.filter(({ pk, due }) => lastPart(pk) !== (due as string).slice(0, 16));
  return [
    ...found.filter((due) => !wanted.includes(due)).map((due) => `a reminder lies there for nothing: ${due}`),
    ...wanted.filter((due) => !found.includes(due)).map((due) => `a reminder is missing: ${due}`),
    ...misfiled.map(({ pk, sk }) => `a reminder is misfiled: ${pk} ${sk}`),
  ];
}
