import { route } from "../kernel/route.ts";
import { fields, id, text } from "../kernel/schema.ts";

const params = fields({ appointmentId: id("apt") });

export const read = route({
  method: "GET",
  path: "/v1/appointments/{appointmentId}/calendar.ics",
  summary: "Get an appointment as an iCalendar entry",
  description:
    "RFC 5545, for the calendar of whoever comes: when, and at which clinic; neither the service nor the reason. The UID stays through moves, the SEQUENCE rises, and a cancelled appointment is CANCELLED.",
  allow: ["admin", "front-desk", "practitioner", "patient"],
  shows: ["scheduling"],
  audit: "appointment.calendar",
  vault: true,
  rights: { GetItem: ["appointment", "key", "clinic"] },
  params,
  answer: { status: 200, schema: text(10_000), media: "text/calendar" },
});

export const routes = { read };
