const wish = {
  service: "svc_4tRw8YpKc1VbNz5QxJm2Hg",
  practitioner: "prc_7hG2kLq9WvXs3TzB6nMdRf",
  start: "2026-12-01T14:00:00Z",
  patient: "pat_2x8J5mQwTzR7kVbN4cYpLd",
};

const waiting = {
  patient: "pat_2x8J5mQwTzR7kVbN4cYpLd",
  service: "svc_4tRw8YpKc1VbNz5QxJm2Hg",
  practitioners: ["prc_7hG2kLq9WvXs3TzB6nMdRf"],
  from: "2026-11-30T05:00:00Z",
  to: "2026-12-19T05:00:00Z",
  weekdays: ["mon", "tue"],
  hours: { start: "08:00", end: "12:00" },
  timeZone: "America/New_York",
  priority: 2,
};

const offer = {
  hold: "hld_0xCv4BnMq7WeRt2YuIo8Pa",
  start: "2026-12-01T14:00:00Z",
  end: "2026-12-01T14:30:00Z",
  practitioner: "prc_7hG2kLq9WvXs3TzB6nMdRf",
  expiresAt: "2026-11-20T17:04:11.250Z",
};

/** An example of each component of holds and of the waitlist, by its id. */
export const holdExamples: Record<string, unknown> = {
  HoldFields: wish,
  Hold: {
    ...wish,
    id: "hld_0xCv4BnMq7WeRt2YuIo8Pa",
    status: "held",
    end: "2026-12-01T14:30:00Z",
    resources: ["res_3rTy6UiOp9AsDf1GhJk5Lz"],
    expiresAt: "2026-11-20T16:14:11.250Z",
    createdAt: "2026-11-20T16:04:11.250Z",
  },
  WaitlistFields: waiting,
  WaitlistEntry: {
    ...waiting,
    id: "wtl_7sDf2GhJk9QwEr4TyUi6Op",
    status: "offered",
    offer,
    version: 2,
    createdAt: "2026-11-20T16:04:11.250Z",
    updatedAt: "2026-11-20T16:04:11.250Z",
  },
};
