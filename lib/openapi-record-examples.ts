type Ids = Record<"record" | "patient" | "appointment" | "user" | "practitioner", string>;

/** The examples of the medical record's components, by their ids. */
export function recordExamples(id: Ids): Record<string, unknown> {
  const temperature = {
    kind: "observation",
    category: "vital-signs",
    code: { system: "http://loinc.org", code: "8310-5", display: "Body temperature" },
    quantity: { value: 38.4, unit: "°C", code: "Cel" },
    referenceRanges: [{ low: 36.1, high: 37.2 }],
    appointment: id.appointment,
    occurredAt: "2026-12-01T14:05:00Z",
  };

  const entry = {
    ...temperature,
    id: id.record,
    patient: id.patient,
    state: "final",
    author: { user: id.user, practitioner: id.practitioner },
    version: 1,
    createdAt: "2026-12-01T14:06:30.120Z",
    updatedAt: "2026-12-01T14:06:30.120Z",
  };

  const systolic = {
    code: { system: "http://loinc.org", code: "8480-6", display: "Systolic blood pressure" },
    quantity: { value: 142, unit: "mmHg", code: "mm[Hg]" },
    referenceRanges: [{ high: 130 }],
    interpretation: "H",
  };
  return {
    Quantity: temperature.quantity,
    ReferenceRange: { low: 36.1, high: 37.2, text: "oral" },
    ObservationComponent: systolic,
    RecordFields: temperature,
    NewRecord: { ...temperature, state: "draft" },
    Record: entry,
    RecordVersion: {
      version: 2,
      state: "amended",
      at: "2026-12-01T15:40:02.000Z",
      by: entry.author,
      reason: "Read from the wrong line of the chart",
    },
    RecordSummary: { conditions: [], allergies: [], medications: [], vitals: [entry], appointments: [], more: [] },
  };
}
