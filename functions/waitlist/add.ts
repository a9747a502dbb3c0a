import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { toMs } from "../kernel/instant.ts";
import { missing, refuse } from "../kernel/problem.ts";
import { mustFindKey } from "../patients/store.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { serviceAt, serviceOf } from "../services/store.ts";
import { add } from "./model.ts";
import { add as route } from "./routes.ts";
import { adding } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { body, caller, now, commit } = ask;
  const { clinic } = caller;
  const { patient, practitioners = [] } = body;
  await mustSee(route, ask, patient);
  if (caller.role === "patient" && body.priority)
    throw refuse("forbidden", "staff-only", "Only the clinic's staff may say who comes first.");
  const named = [serviceAt(clinic, body.service), ...practitioners.map((id) => practitionerAt(clinic, id))];
  const { key, row, besides } = await mustFindKey(clinic, patient, named);
  const [serviceRow] = besides;
  if (!serviceRow || besides.includes(undefined)) throw missing();
  const service = serviceOf(serviceRow);
  const code = against(body, { service, isActive: row["active"] === true }, toMs(now));
  if (code) throw refuse("unprocessable", code, details[code]);
  const next = add(body, { id: newId("wtl"), now });
  await commit(adding(clinic, next), { answer: next.entry, patient: key, target: next.entry.id });
  return next.entry;
});

const details = {
  "patient-inactive": "The patient is not active.",
  "service-inactive": "The service is not offered at present.",
  "service-not-offered": "One of the practitioners does not offer the service.",
  "in-the-past": "The time to wait for has passed.",
} as const;

/** What stands against waiting, if anything does: nothing that these conditions allow could ever be offered. */
function against(
  { to, practitioners = [] }: { to: string; practitioners?: readonly string[] | undefined },
  { service, isActive }: { service: ReturnType<typeof serviceOf>; isActive: boolean },
  now: number,
): keyof typeof details | undefined {
  if (!isActive) return "patient-inactive";
  if (!service.active) return "service-inactive";
  if (!practitioners.every((id) => service.practitioners.some((each) => each === id))) return "service-not-offered";
  return toMs(to) <= now ? "in-the-past" : undefined;
}
