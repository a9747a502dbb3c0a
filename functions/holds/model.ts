import type * as z from "zod/mini";
import type { Claim } from "../appointments/changes.ts";
import { claimsFor } from "../appointments/claims.ts";
import { type Buffers, buffersOf, endOf, type Sharing } from "../appointments/model.ts";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import type { Service } from "../services/model.ts";
import type { hold } from "./routes.ts";

export type Hold = z.output<typeof hold>;

/** A hold with what the clinic remembers of it besides. */
export interface KeptHold extends Sharing {
  hold: Hold;
  buffers: Buffers;
}

/** A time kept for `minutes` from now: 5 unless the clinic's policy says otherwise. */
export function keep(
  wish: Pick<Hold, "practitioner" | "service" | "start" | "resources" | "location" | "patient" | "waitlist">,
  service: Service,
  { id, now, minutes = 5, ...sharing }: { id: Hold["id"]; now: Instant; minutes?: number | undefined } & Sharing,
): KeptHold {
  const { start, practitioner, resources, location, patient, waitlist } = wish;
  const expiresAt = toInstant(toMs(now) + minutes * 60_000);
  const who = { service: wish.service, practitioner, resources, location, patient, waitlist };
  return {
    hold: { id, status: "held", start, end: endOf(start, service), ...who, expiresAt, createdAt: now },
    buffers: buffersOf(service),
    ...sharing,
  };
}

/** What a hold takes in the day-books, until it lapses. */
export function claimsOfHold({ hold, ...of }: KeptHold): Claim[] {
  return claimsFor(hold, of, { id: hold.id, until: toMs(hold.expiresAt) });
}
