import { changesBetween } from "../appointments/changes.ts";
import { changingDay, type Seen } from "../appointments/day-book-store.ts";
import { holdExpired } from "../appointments/lost.ts";
import { absent, put, update, type Write } from "../kernel/commit.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { happened } from "../kernel/outbox.ts";
import type { Between } from "../kernel/patient-keys.ts";
import { refuse } from "../kernel/problem.ts";
import { get, type Item, keyOf } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { claimsOfHold, type Hold, type KeptHold } from "./model.ts";

export const holdAt = (clinic: string, id: string) => keyOf("hold", [clinic, id], "HOLD");
export const placesAt = (clinic: string, patient: string) => keyOf("hold", [clinic, patient], "PLACES");

/** How long the row of a hold stays after it lapsed, in days; the time it kept is free at once. */
const days = 7;

export async function findHold(clinic: string, id: string): Promise<KeptHold | undefined> {
  const item = await get(holdAt(clinic, id));
  return item && holdOf(item);
}

function holdOf(item: Item): KeptHold {
  const { buffers, capacity, place, daily, ...row } = item as unknown as Hold & Omit<KeptHold, "hold">;
  const { id, status, start, end, service, practitioner, resources, location, patient, ...rest } = row;
  const { appointment, waitlist, expiresAt, createdAt } = rest;
  const who = { service, practitioner, resources, location, patient, appointment, waitlist };
  return { hold: { id, status, start, end, ...who, expiresAt, createdAt }, buffers, capacity, place, daily };
}

/** The writes that hold a time: its cells taken until it lapses, one of the patient's two places, its row, its event. */
export function keeping(clinic: string, kept: KeptHold, seen: Seen, place: number | undefined): Write[] {
  const { hold, ...besides } = kept;
  const { createdAt: now } = hold;
  const expires = Math.ceil(toMs(hold.expiresAt) / 1000) + days * 86_400;
  const changes = changesBetween([], claimsOfHold(kept));
  return [
    ...changes.map((change) => changingDay(clinic, change, now, seen)),
    ...(hold.patient && place !== undefined ? [takingPlace(clinic, hold.patient, place, hold.expiresAt, now)] : []),
    put(
      holdAt(clinic, hold.id),
      { ...hold, ...besides, expires },
      absent(() => new Error("there is a hold of that id")),
    ),
    happened(clinic, "hold.placed", { hold: hold.id }, now),
  ];
}

/** A patient holds two times at once: each takes a place until it lapses. */
export async function findPlace(clinic: string, patient: string, now: Instant): Promise<number> {
  const places = await get(placesAt(clinic, patient));
  const place = [0, 1].find((each) => !(((places?.[`p${each}`] as number | undefined) ?? 0) >= toMs(now)));
  if (place === undefined) throw tooMany();
  return place;
}

function takingPlace(clinic: string, patient: string, place: number, until: Instant, now: Instant): Write {
  return update(placesAt(clinic, patient), `SET p${place} = :until`, {
    condition: `NOT p${place} >= :now`,
    values: { ":until": toMs(until), ":now": toMs(now) },
    lost: tooMany,
  });
}

function tooMany() {
  return refuse("conflict", "too-many-holds", "A patient may hold two times at once: release one of them.");
}

/** The write that makes a hold an appointment's; its claims are the booking's to take over. */
export function confirming(clinic: string, { hold }: KeptHold, appointment: string): Write[] {
  return [ending(clinic, hold, "confirmed", { appointment })];
}

/** The writes that give a held time back. */
export function releasing(clinic: string, kept: KeptHold, now: Instant): Write[] {
  const changes = changesBetween(claimsOfHold(kept), []);
  return [
    ending(clinic, kept.hold, "released"),
    ...changes.map((change) => changingDay(clinic, change, now)),
    happened(clinic, "hold.released", { hold: kept.hold.id }, now),
  ];
}

function ending(
  clinic: string,
  { id }: Hold,
  status: "confirmed" | "released",
  more: { appointment?: string } = {},
): Write {
  const set = `SET #status = :status${more.appointment ? ", appointment = :appointment" : ""}`;
  return update(holdAt(clinic, id), set, {
    condition: "#status = :held",
    names: { "#status": "status" },
    values: { ":status": status, ":held": "held", ...(more.appointment ? { ":appointment": more.appointment } : {}) },
    lost: holdExpired,
  });
}

/** The writes that make a held time another patient's. Where the other's time is taken: SlotTaken. */
export function handingOver({ from, to }: Between, kept: KeptHold, now: Instant): Write[] {
  const { clinic } = from;
  const next: KeptHold = { ...kept, hold: { ...kept.hold, patient: to.patient as Hold["patient"] } };
  const ofThing = (thing: string, hold: KeptHold) => claimsOfHold(hold).filter((claim) => claim.thing === thing);
  const changes = changesBetween(ofThing(from.patient, kept), ofThing(to.patient, next));
  return [
    update(holdAt(clinic, kept.hold.id), "SET patient = :to", {
      condition: "#status = :held AND patient = :from",
      names: { "#status": "status" },
      values: { ":held": "held", ":from": from.patient, ":to": to.patient },
      lost: () => new ReadChanged(),
    }),
    ...changes.map((change) => changingDay(clinic, change, now)),
  ];
}
