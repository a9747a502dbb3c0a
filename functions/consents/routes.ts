import * as z from "zod/mini";
import { actor } from "../kernel/datatypes.ts";
import { route } from "../kernel/route.ts";
import { count, fields, flag, id, instant, listOf, oneOf, page, paging, schema, text } from "../kernel/schema.ts";

/** What a patient may agree to, each on its own (GDPR, art. 7). */
export const purposes = ["treatment", "reminders-email", "reminders-sms", "sharing", "research"] as const;
const purpose = oneOf(...purposes);

/** One decision: given or withdrawn, by whom, and to which wording. */
export const consent = schema(() =>
  z
    .strictObject({
      purpose,
      given: flag,
      /** Which version of the text was put before them. */
      wording: text(100),
      at: instant,
      by: actor,
      /** How many decisions about this purpose there have been. */
      version: count,
    })
    .register(z.globalRegistry, { id: "Consent" }),
);

const allow = ["admin", "front-desk", "patient"] as const;
const params = fields({ patientId: id("pat") });

export const list = route({
  method: "GET",
  path: "/v1/patients/{patientId}/consents",
  summary: "See what a patient has agreed to, as it stands",
  description: "What was never decided is not there, and counts as not given.",
  allow: [...allow, "privacy-officer"],
  shows: ["agreements"],
  audit: "consent.list",
  rights: { GetItem: ["patient"], Query: ["consent"] },
  params,
  answer: { status: 200, schema: z.strictObject({ items: listOf(consent, 10) }) },
});

export const decide = route({
  method: "PUT",
  path: "/v1/patients/{patientId}/consents/{purpose}",
  summary: "Give or withdraw consent to one purpose",
  description: "Staff record what a patient told them. Deciding the same again, on the same wording, changes nothing.",
  allow,
  shows: ["agreements"],
  audit: "consent.decide",
  rights: { BatchGetItem: ["patient", "consent"], PutItem: ["consent", "event"] },
  params: fields({ patientId: id("pat"), purpose }),
  body: fields({ given: flag, wording: text(100) }),
  answer: { status: 200, schema: consent, versioned: true },
});

export const history = route({
  method: "GET",
  path: "/v1/patients/{patientId}/consents/{purpose}/history",
  summary: "See every decision about one purpose, latest first",
  allow: [...allow, "privacy-officer"],
  shows: ["agreements"],
  audit: "consent.history",
  vault: true,
  rights: { GetItem: ["patient"], Query: ["consent"] },
  params: fields({ patientId: id("pat"), purpose }),
  query: fields(paging),
  answer: { status: 200, schema: page(consent) },
});

export const routes = { list, decide, history };
