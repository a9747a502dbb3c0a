import * as z from "zod/mini";
import { routes } from "../../functions/members/routes.ts";
import type { Api } from "./client.ts";
import { Stopped, unanswered } from "./session.ts";

const answer = z.object({
  memberships: z.array(z.object({ clinic: z.object({ id: z.string(), zone: z.string() }) })),
});

/** The time zone (IANA) of the clinic that is imported into. Throws `Stopped` where it cannot be told. */
export async function zoneOf(api: Api): Promise<string> {
  const outcome = await api.get(routes.me.path);
  const { memberships = [] } = z.safeParse(answer, outcome.kind === "done" && outcome.body).data ?? {};
  const [own, ...more] = memberships.filter(({ clinic }) => !api.clinic || clinic.id === api.clinic);
  if (own && more.length === 0) return own.clinic.zone;
  throw new Stopped(
    outcome.kind === "failed"
      ? unanswered
      : "the signed-in user belongs to no clinic, or to several; name one with --clinic",
  );
}
