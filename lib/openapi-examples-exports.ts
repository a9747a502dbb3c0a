/** Examples of exports. */
export function exportExamples(id: { patient: string }) {
  const asked = { purpose: "sharing", recipient: "City Cardiology, 12 Hill Street", timeZone: "America/New_York" };
  const told = {
    id: "exp_3fGh5JkL7zXc9VbN1mQwEr",
    patient: id.patient,
    ...asked,
    requestedAt: "2026-12-01T14:05:00Z",
    expiresAt: "2026-12-08T14:05:00Z",
  };
  return {
    ExportFields: asked,
    NewExport: {
      ...told,
      status: "queued",
      progress: { done: 0, of: 0 },
      password: "k7mfq-2xw9r-hp4ct-zn83d-vy6ja",
    },
    Export: {
      ...told,
      status: "ready",
      progress: { done: 128, of: 128 },
      readyAt: "2026-12-01T14:06:12.480Z",
      size: 3_482_211,
    },
  };
}
