import { endpoint } from "../kernel/endpoint.ts";
import { careTeam as route } from "./routes.ts";
import { mustSee } from "./sight-store.ts";
import { type Assignment, mustFindAssigned } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { patientId } = ask.params;
  await mustSee(route, ask, patientId);
  return { items: await mustFindAssigned<Assignment>(ask.caller.clinic, patientId, "prc", ask.now) };
});
