import { routes as access } from "./access/routes.ts";
import { routes as agenda } from "./agenda/routes.ts";
import { routes as appointments } from "./appointments/routes.ts";
import { routes as availability } from "./availability/routes.ts";
import { routes as calendar } from "./calendar/routes.ts";
import { routes as calendarFeeds } from "./calendar-feeds/routes.ts";
import { routes as consents } from "./consents/routes.ts";
import { routes as documents } from "./documents/routes.ts";
import { routes as erasures } from "./erasures/routes.ts";
import { routes as exports } from "./exports/routes.ts";
import { routes as holds } from "./holds/routes.ts";
import type { Route } from "./kernel/route.ts";
import { routes as locations } from "./locations/routes.ts";
import { routes as members } from "./members/routes.ts";
import { routes as merges } from "./merges/routes.ts";
import { routes as pastAppointments } from "./past-appointments/routes.ts";
import { routes as patients } from "./patients/routes.ts";
import { routes as policy } from "./policy/routes.ts";
import { routes as practitioners } from "./practitioners/routes.ts";
import { routes as records } from "./records/routes.ts";
import { routes as resources } from "./resources/routes.ts";
import { routes as schedules } from "./schedules/routes.ts";
import { routes as series } from "./series/routes.ts";
import { routes as services } from "./services/routes.ts";
import { routes as system } from "./system/routes.ts";
import { routes as trail } from "./trail/routes.ts";
import { routes as waitlist } from "./waitlist/routes.ts";

/** Every room with its routes: the one list that CDK, OpenAPI, the local server and the tests loop over. */
export const rooms = {
  patients,
  access,
  consents,
  merges,
  exports,
  erasures,
  practitioners,
  schedules,
  services,
  locations,
  resources,
  policy,
  availability,
  holds,
  waitlist,
  agenda,
  calendar,
  "calendar-feeds": calendarFeeds,
  appointments,
  series,
  "past-appointments": pastAppointments,
  records,
  documents,
  trail,
  members,
  system,
};

export type Room = keyof typeof rooms;

/** A route with its room, the name it goes by (`patients.read`) and the file of its handler (`patients/read`). */
export interface NamedRoute extends Route {
  room: Room;
  name: string;
  handler: string;
}

export const api: readonly NamedRoute[] = (Object.entries(rooms) as [Room, Record<string, Route>][]).flatMap(
  ([room, routes]) =>
    Object.entries(routes).map(([name, route]) => ({
      ...route,
      room,
      name: `${room}.${name}`,
      handler: `${room}/${kebab(name)}`,
    })),
);

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
