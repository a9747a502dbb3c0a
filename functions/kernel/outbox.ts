import { put, type Write } from "./commit.ts";
import { newId } from "./ids.ts";
import { type Instant, toMs } from "./instant.ts";
import { keyOf } from "./table.ts";

/** How long an event stays for whoever must hear of it, in days. */
const kept = 7;

/** The write that says, in its change's own transaction, what happened to which thing. Ids only, never a person's data. */
export function happened(
  clinic: string,
  type: `${string}.${string}`,
  about: Record<string, string | number>,
  now: Instant,
): Write {
  const id = newId("evt");
  const expires = Math.ceil(toMs(now) / 1000) + kept * 86_400;
  return put(keyOf("event", [clinic, id], "EVENT"), { type, clinic, ...about, happenedAt: now, expires });
}
