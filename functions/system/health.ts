import { endpoint } from "../kernel/endpoint.ts";
import { get, keyOf } from "../kernel/table.ts";
import { health as route } from "./routes.ts";

export const handler = endpoint(route, async () => {
  await get(keyOf("clinic", ["-"], "CLINIC"));
  return { status: "ok" as const };
});
