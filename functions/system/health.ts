import { endpoint } from "../kernel/endpoint.ts";
import { get, keyOf } from "../kernel/table.ts";
import { routes } from "./routes.ts";

export const handler = endpoint(routes.health, async () => {
  await get(keyOf("clinic", ["-"], "CLINIC"));
  return { status: "ok" as const };
});
