/** Examples of documents, about the people of the other examples. */
export function documentExamples(id: { patient: string; appointment: string; practitioner: string; user: string }) {
  const letter = {
    title: "Referral to cardiology",
    contentType: "application/pdf",
    size: 48_213,
    sha256: "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    appointment: id.appointment,
    labels: ["external"],
    occurredAt: "2026-12-01T14:05:00Z",
  };
  return {
    DocumentFields: letter,
    Document: {
      ...letter,
      id: "doc_4gHj6KlZ1xCv9BnMq3WeRt",
      patient: id.patient,
      status: "stored",
      scan: "clean",
      author: { user: id.user, practitioner: id.practitioner },
      createdAt: "2026-12-01T14:06:30.120Z",
      storedAt: "2026-12-01T14:06:41.005Z",
    },
  };
}
