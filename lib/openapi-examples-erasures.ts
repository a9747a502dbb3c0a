/** Examples of what keeps and erases a patient's data. */
export function erasureExamples(id: { patient: string; user: string }) {
  return {
    LegalHold: { reason: "Asked for by the court, case 4711", by: id.user, at: "2026-12-01T14:05:00Z" },
    Erasure: {
      id: "era_6hJk1LzX9cVb3NmQ4wErTy",
      patient: id.patient,
      status: "requested",
      reason: "Asked for by letter of 2026-11-24",
      requestedBy: id.user,
      requestedAt: "2026-12-01T14:05:00Z",
      done: [],
    },
  };
}
