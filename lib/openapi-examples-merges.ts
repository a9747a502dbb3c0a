/** An example of two patients who are one person. */
export function mergeExamples(id: { patient: string; user: string }) {
  return {
    Merge: {
      id: "mrg_4kHn8QwXz2CvBm6JlTyRpS",
      from: "pat_9sDf4GhJk7LzXcV2BnMqWe",
      into: id.patient,
      status: "moving",
      reason: "Registered twice, under her maiden name",
      by: id.user,
      at: "2026-12-01T14:05:00Z",
      undoUntil: "2026-12-31T14:05:00Z",
      done: [],
    },
  };
}
