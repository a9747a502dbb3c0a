import * as z from "zod/mini";
import { roles, route } from "../kernel/route.ts";
import { id, listOf, oneOf, schema, text, zone } from "../kernel/schema.ts";

/** A user's place in one clinic. */
const membership = schema(() =>
  z
    .strictObject({
      clinic: z.strictObject({ id: id("cln"), name: text(200), zone }),
      role: oneOf(...roles),
      /** The practitioner or patient that the user is, where it is one. */
      person: z.optional(text(100)),
    })
    .register(z.globalRegistry, { id: "Membership" }),
);

export const me = route({
  method: "GET",
  path: "/v1/me",
  summary: "Who am I, in which clinics, with which role",
  allow: "signed-in",
  shows: ["settings"],
  rights: { Query: ["member"], BatchGetItem: ["clinic"] },
  answer: { status: 200, schema: z.strictObject({ user: text(100), memberships: listOf(membership, 1000) }) },
});

export const routes = { me };
