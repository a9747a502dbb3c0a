/** The password of every demo user. It opens nothing but a demo on one's own machine. */
export const demoPassword = "Praxis-demo-1";

/** Who can sign in after seeding: each of these at each of the two clinics' domains. */
export const demoUsers = [
  { name: "admin", is: "admin" },
  { name: "desk", is: "front desk" },
  { name: "privacy", is: "privacy officer" },
  { name: "dr.okafor", is: "practitioner" },
  { name: "dr.lindqvist", is: "practitioner" },
  { name: "ana", is: "patient" },
] as const;

export const demoDomains = ["demo.clinic", "other.clinic"] as const;
