import type { Room } from "../../functions/api.ts";

/** A nested stack of functions that answer routes. */
export type Area = "Scheduling" | "Patients" | "Records" | "Privacy" | "Clinic";

/** In which nested stack the functions of each room lie. A room that moves to another gets new functions, and new logs. */
export const areaOf: Record<Room, Area> = {
  agenda: "Scheduling",
  appointments: "Scheduling",
  availability: "Scheduling",
  calendar: "Scheduling",
  "calendar-feeds": "Scheduling",
  holds: "Scheduling",
  "past-appointments": "Scheduling",
  series: "Scheduling",
  waitlist: "Scheduling",

  access: "Patients",
  consents: "Patients",
  merges: "Patients",
  patients: "Patients",

  documents: "Records",
  exports: "Records",
  records: "Records",

  erasures: "Privacy",
  trail: "Privacy",

  locations: "Clinic",
  members: "Clinic",
  policy: "Clinic",
  practitioners: "Clinic",
  resources: "Clinic",
  schedules: "Clinic",
  services: "Clinic",
  system: "Clinic",
};
