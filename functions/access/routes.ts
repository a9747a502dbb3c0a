import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import { fields, id, instant, listOf, oneOf, page, paging, schema, text } from "../kernel/schema.ts";

/** What narrows an entry of the record further: HL7's sensitivity codes PSY, SEX and ETH, in words. */
export const label = oneOf("mental-health", "sexual-health", "substance-use");

/** A practitioner who treats a patient because somebody said so; those whom an appointment brings need no such entry. */
const assignment = schema(() =>
  z
    .strictObject({
      practitioner: id("prc"),
      /** When it ends by itself. */
      until: z.optional(instant),
      /** The labels whose entries they may see. */
      labels: listOf(label, 3),
      createdAt: instant,
    })
    .register(z.globalRegistry, { id: "CareTeamAssignment" }),
);

/** Who acts for a patient: a parent, a carer. They are a patient of the clinic themselves, or are registered as one. */
const proxy = schema(() =>
  z
    .strictObject({
      proxy: id("pat"),
      relationship: oneOf("parent", "guardian", "carer", "partner", "other"),
      from: instant,
      until: z.optional(instant),
      labels: listOf(label, 3),
      /** Who agreed to it, and when: the patient, or whoever the law lets decide for them. */
      consent: z.strictObject({ by: oneOf("patient", "legal-representative", "court"), at: instant }),
      createdAt: instant,
    })
    .register(z.globalRegistry, { id: "Proxy" }),
);

const breakGlassGrant = schema(() =>
  z
    .strictObject({
      id: id("btg"),
      patient: id("pat"),
      practitioner: id("prc"),
      reason: text(500),
      from: instant,
      until: instant,
    })
    .register(z.globalRegistry, { id: "BreakGlass" }),
);

const ofPatient = fields({ patientId: id("pat") });
const ofPractitioner = fields({ patientId: id("pat"), practitionerId: id("prc") });
const ofProxy = fields({ patientId: id("pat"), proxyId: id("pat") });
const staffAndPatient = ["admin", "front-desk", "practitioner", "patient", "privacy-officer"] as const;

export const careTeam = route({
  method: "GET",
  path: "/v1/patients/{patientId}/care-team",
  summary: "See who is assigned to treat a patient",
  description:
    "Beside these, every practitioner treats a patient for 90 days before and after an appointment they have together, or as many as the clinic's policy says (`careTeamDays`).",
  allow: staffAndPatient,
  shows: ["demographics"],
  audit: "care-team.list",
  rights: { GetItem: ["patient"], Query: ["relation"] },
  params: ofPatient,
  answer: { status: 200, schema: z.strictObject({ items: listOf(assignment, 200) }) },
});

export const assign = route({
  method: "PUT",
  path: "/v1/patients/{patientId}/care-team/{practitionerId}",
  summary: "Assign a practitioner to a patient's care team, or change the assignment",
  description: "A practitioner who treats the patient may bring in a colleague, with no more labels than their own.",
  allow: ["admin", "practitioner"],
  shows: ["demographics"],
  audit: "care-team.assign",
  rights: { BatchGetItem: ["patient", "practitioner"], PutItem: ["relation", "event"] },
  params: ofPractitioner,
  body: fields({ until: z.optional(instant), labels: z.optional(listOf(label, 3)) }),
  answer: { status: 200, schema: assignment },
  refusals: { 403: ["label-not-yours"] },
});

export const unassign = route({
  method: "DELETE",
  path: "/v1/patients/{patientId}/care-team/{practitionerId}",
  summary: "End a practitioner's assignment",
  allow: ["admin"],
  shows: ["demographics"],
  audit: "care-team.unassign",
  rights: { GetItem: ["patient"], DeleteItem: ["relation"], PutItem: ["event"] },
  params: ofPractitioner,
  answer: { status: 204 },
});

export const proxies = route({
  method: "GET",
  path: "/v1/patients/{patientId}/proxies",
  summary: "See who acts for a patient",
  allow: staffAndPatient,
  shows: ["agreements"],
  audit: "proxy.list",
  rights: { GetItem: ["patient"], Query: ["relation"] },
  params: ofPatient,
  answer: { status: 200, schema: z.strictObject({ items: listOf(proxy, 50) }) },
});

export const grantProxy = route({
  method: "PUT",
  path: "/v1/patients/{patientId}/proxies/{proxyId}",
  summary: "Let somebody act for a patient, or change how",
  allow: ["admin", "front-desk"],
  shows: ["agreements"],
  audit: "proxy.grant",
  rights: { BatchGetItem: ["patient"], PutItem: ["relation", "event"] },
  params: ofProxy,
  body: schema(() =>
    fields({
      relationship: oneOf("parent", "guardian", "carer", "partner", "other"),
      from: z.optional(instant),
      until: z.optional(instant),
      labels: z.optional(listOf(label, 3)),
      consent: fields({ by: oneOf("patient", "legal-representative", "court"), at: instant }),
    }).check(
      z.refine(({ from, until }) => !(from && until) || Date.parse(from) < Date.parse(until), {
        error: "an instant after from",
        path: ["until"],
      }),
    ),
  ),
  answer: { status: 200, schema: proxy },
  refusals: { 422: ["own-proxy"] },
});

export const endProxy = route({
  method: "DELETE",
  path: "/v1/patients/{patientId}/proxies/{proxyId}",
  summary: "Let somebody no longer act for a patient",
  allow: ["admin", "front-desk", "patient"],
  shows: ["agreements"],
  audit: "proxy.end",
  rights: { GetItem: ["patient"], DeleteItem: ["relation"], PutItem: ["event"] },
  params: ofProxy,
  answer: { status: 204 },
});

export const breakGlass = route({
  method: "POST",
  path: "/v1/patients/{patientId}/break-glass",
  summary: "In an emergency, see a patient whom one does not treat",
  description:
    "Opens the patient's data to this practitioner for four hours. The privacy officer hears of it, every access under it is marked in the audit trail, and the patient sees it.",
  allow: ["practitioner"],
  shows: [],
  audit: "break-glass.open",
  vault: true,
  rights: { BatchGetItem: ["patient", "key"], PutItem: ["relation", "event"] },
  params: ofPatient,
  body: fields({ reason: text(500, 10) }),
  answer: { status: 200, schema: breakGlassGrant },
});

export const breakGlassGrants = route({
  method: "GET",
  path: "/v1/patients/{patientId}/break-glass",
  summary: "See who opened a patient's data in an emergency, and why, latest first",
  allow: ["privacy-officer", "patient"],
  shows: ["audit"],
  audit: "break-glass.list",
  vault: true,
  rights: { BatchGetItem: ["patient", "key"], Query: ["relation"] },
  params: ofPatient,
  query: fields(paging),
  answer: { status: 200, schema: page(breakGlassGrant) },
});

export const routes = { careTeam, assign, unassign, proxies, grantProxy, endProxy, breakGlass, breakGlassGrants };
