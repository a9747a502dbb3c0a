import * as z from "zod/mini";
import { roles, route } from "../kernel/route.ts";
import { fields, id, instant, oneOf, page, paging } from "../kernel/schema.ts";

/** One access to a person's data, granted or refused. */
export const auditEntry = z
  .strictObject({
    id: z.string(),
    at: instant,
    /** What was done, such as `patient.read`. */
    action: z.string(),
    outcome: oneOf("granted", "refused"),
    /** The refusal's code. */
    code: z.optional(z.string()),
    patient: z.optional(id("pat")),
    /** The thing touched, where it is not the patient. */
    target: z.optional(z.string()),
    user: z.string(),
    role: oneOf(...roles),
    /** The practitioner or patient that the user is. */
    person: z.optional(z.string()),
    from: z.string(),
    requestId: z.string(),
  })
  .register(z.globalRegistry, { id: "AuditEntry" });

export const routes = {
  list: route({
    method: "GET",
    path: "/v1/patients/{patientId}/audit",
    summary: "Who looked at or changed a patient's data, latest first",
    allow: ["privacy-officer"],
    shows: ["audit"],
    audit: "audit.list",
    vault: true,
    rights: { GetItem: ["patient"], Query: ["key", "audit"] },
    params: fields({ patientId: id("pat") }),
    query: fields(paging),
    answer: { status: 200, schema: page(auditEntry) },
  }),
};
