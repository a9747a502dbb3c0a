const [start, id] = ["2026-12-01T14:00:00Z", "ser_4gTb8WnKq2ZxVc6RmHj1Ld"];
const appointment = "apt_9fKd3LsPz6XwVq1TbRn8Mc";

const about = {
  patient: "pat_2x8J5mQwTzR7kVbN4cYpLd",
  practitioner: "prc_7hG2kLq9WvXs3TzB6nMdRf",
  service: "svc_4tRw8YpKc1VbNz5QxJm2Hg",
  rule: "FREQ=WEEKLY;COUNT=2",
  timeZone: "America/New_York",
  reason: "Physiotherapy",
};

const booked = { number: 1, start, outcome: "booked", appointment };
const skipped = { number: 2, start: "2026-12-08T14:00:00Z", outcome: "skipped", code: "slot-taken" };

/** The examples of the components about series, by their ids. */
export const seriesExamples: Record<string, unknown> = {
  SeriesFields: { ...about, start, onConflict: "skip" },
  SeriesOccurrence: booked,
  Series: { id, ...about, occurrences: [booked, skipped], createdAt: "2026-11-20T16:04:11.250Z" },
  SeriesCancelled: { id, cancelled: [{ number: 1, start, appointment }], left: [] },
};
