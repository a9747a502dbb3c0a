/** An example of each component of who may see a patient's data, and of what patients agreed to, by its id. */
export function accessExamples(id: Record<"patient" | "practitioner" | "user", string>): Record<string, unknown> {
  const createdAt = "2026-11-20T16:04:11.250Z";
  return {
    CareTeamAssignment: {
      practitioner: id.practitioner,
      until: "2027-05-20T00:00:00Z",
      labels: ["mental-health"],
      createdAt,
    },
    Proxy: {
      proxy: "pat_9sDf3GhJkLqWeRt6YuIo1Z",
      relationship: "parent",
      from: createdAt,
      until: "2031-02-28T00:00:00Z",
      labels: [],
      consent: { by: "legal-representative", at: "2026-11-20T16:00:00Z" },
      createdAt,
    },
    BreakGlass: {
      id: "btg_4fGh7JkLpQwErTy2UiOp5A",
      patient: id.patient,
      practitioner: id.practitioner,
      reason: "Unconscious on arrival, nobody to ask",
      from: "2026-12-01T02:10:00Z",
      until: "2026-12-01T06:10:00Z",
    },
    Consent: {
      purpose: "reminders-sms",
      given: true,
      wording: "2026-1",
      at: createdAt,
      by: { user: id.user, role: "patient", person: id.patient },
      version: 1,
    },
  };
}
