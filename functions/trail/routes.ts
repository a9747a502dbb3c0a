import * as z from "zod/mini";
import { roles, route } from "../kernel/route.ts";
import { fields, flag, id, instant, listOf, oneOf, page, paging, schema, text } from "../kernel/schema.ts";

/** One access to a person's data, granted or refused. */
export const auditEntry = schema(() =>
  z
    .strictObject({
      id: text(100),
      at: instant,
      /** What was done, such as `patient.read`. */
      action: text(100),
      outcome: oneOf("granted", "refused"),
      /** The refusal's code. */
      code: z.optional(text(100)),
      patient: z.optional(id("pat")),
      /** The thing touched, where it is not the patient. */
      /** Rules of booking that were set aside. */
      overrode: z.optional(listOf(text(64), 10)),
      /** The answer was that of an earlier request with the same Idempotency-Key; nothing was changed again. */
      replayed: z.optional(flag),
      target: z.optional(text(100)),
      user: text(100),
      /** `system`: nobody asked; it came of something that happened, or of its time. */
      role: oneOf(...roles, "system"),
      /** The practitioner or patient that the user is. */
      person: z.optional(text(100)),
      /** The break-glass grant under which it was done. */
      breakGlass: z.optional(id("btg")),
      from: z.optional(text(100)),
      requestId: z.optional(text(100)),
    })
    .register(z.globalRegistry, { id: "AuditEntry" }),
);

export const list = route({
  method: "GET",
  path: "/v1/patients/{patientId}/audit",
  summary: "Who looked at or changed a patient's data, latest first",
  description: "A patient sees who it was and what was done, and not from which address.",
  allow: ["privacy-officer", "patient"],
  shows: ["audit"],
  audit: "audit.list",
  vault: true,
  rights: { GetItem: ["patient"], Query: ["audit"] },
  params: fields({ patientId: id("pat") }),
  query: fields(paging),
  answer: { status: 200, schema: page(auditEntry) },
});

export const routes = { list };
