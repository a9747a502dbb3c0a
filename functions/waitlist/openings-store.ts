import { busyOf, dayOf } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import { findActiveSchedules, fullDays, openWith, roomIn, type Search, type Slot } from "../availability/store.ts";
import { type Instant, type Interval, overlaps, toMs } from "../kernel/instant.ts";
import { rulesFor } from "../policy/model.ts";
import { findPolicy } from "../policy/store.ts";
import type { Schedule } from "../schedules/model.ts";
import type { Service } from "../services/model.ts";
import { findService } from "../services/store.ts";
import { suiting } from "./fit.ts";
import type { Freed } from "./freed-store.ts";
import { earliestOffer, type KeptEntry } from "./model.ts";

/** A service that is waited for, its practitioners' schedules, and when it can be offered now. */
interface Offered extends Interval {
  service: Service;
  schedules: readonly Schedule[];
  /** How many it admits a day, where that is limited. */
  maxPerDay: number | undefined;
}

const dayMs = 86_400_000;
/** Day-books are read so many days at a time: an entry that finds a time in the first weeks does not read the year. */
const span = 14 * dayMs;

/**
 * What is open in a clinic at one moment, for any number of entries: each practitioner's two weeks are read once, until
 * they are forgotten because something was taken. Whether a time is really free is decided by the write alone.
 */
export class Openings {
  readonly #clinic: string;
  readonly #now: Instant;
  readonly #services = new Map<string, Promise<Offered | undefined>>();
  readonly #slots = new Map<string, Promise<Slot[]>>();
  readonly #busy = new Map<string, Promise<Interval[]>>();
  readonly #limits = new Map<string, Promise<Pick<Search, "hasRoom" | "isFull">>>();

  constructor(clinic: string, now: Instant) {
    this.#clinic = clinic;
    this.#now = now;
  }

  /** The first time that suits an entry and may have come free, the ones lost left out; ties by the practitioners' ids. */
  async first(kept: KeptEntry, freed: Freed, lost: ReadonlySet<string>): Promise<Slot | undefined> {
    const { entry } = kept;
    const offered = await this.#offered(entry.service);
    if (!offered) return undefined;
    const start = Math.max(toMs(entry.from), offered.start, freed.within.start);
    const end = Math.min(toMs(entry.to), offered.end, freed.within.end);
    const schedules = offered.schedules.filter((schedule) => mayHave(kept, schedule, offered, freed));
    for (let place = Math.floor(start / span); place * span < end && schedules.length > 0; place++) {
      const within = { start: place * span, end: (place + 1) * span };
      const found = await Promise.all(schedules.map((schedule) => this.#suitable(kept, offered, schedule, within)));
      const inTime = (slot: Slot) => slot.start >= start && slot.start < end && !lost.has(nameOf(slot));
      const slots = found.flat().filter(inTime).toSorted(inOrder);
      const busy = slots.length > 0 ? await this.#busyOf(entry.patient, within) : [];
      const free = slots.find((slot) => !busy.some((taken) => overlaps(taken, slot)));
      if (free) return free;
    }
    return undefined;
  }

  /** Forgets what was read of day-books, since something was taken; services and schedules stay as they were. */
  forget(): void {
    this.#slots.clear();
    this.#busy.clear();
    this.#limits.clear();
  }

  async #suitable(kept: KeptEntry, offered: Offered, schedule: Schedule, within: Interval): Promise<Slot[]> {
    const name = `${offered.service.id} ${schedule.practitioner} ${within.start}`;
    const slots = await remembered(this.#slots, name, () => this.#open(offered, schedule, within));
    return slots.filter(suiting(kept, schedule.zone, within));
  }

  async #open(offered: Offered, schedule: Schedule, within: Interval): Promise<Slot[]> {
    const { service, start: earliest, maxPerDay } = offered;
    const now = this.#now;
    const limits = await remembered(this.#limits, `${service.id} ${within.start}`, async () => ({
      hasRoom: await roomIn(this.#clinic, service, within, now),
      isFull: await fullDays(this.#clinic, service, maxPerDay, within, now),
    }));
    const search = { clinic: this.#clinic, service, within, now: toMs(now), earliest, ...limits };
    return [...(await openWith(schedule, search))];
  }

  /** When a patient has something else. */
  #busyOf(patient: string, { start, end }: Interval): Promise<Interval[]> {
    return remembered(this.#busy, `${patient} ${start}`, async () => {
      const days = await Array.fromAsync(findDays(this.#clinic, patient, dayOf(start - dayMs), dayOf(end + dayMs)));
      return days.flatMap((day) => busyOf(day, toMs(this.#now)));
    });
  }

  #offered(id: string): Promise<Offered | undefined> {
    return remembered(this.#services, id, async () => {
      const [service, policy] = await Promise.all([findService(this.#clinic, id), findPolicy(this.#clinic)]);
      if (!service?.active) return undefined;
      const { minimumNoticeMinutes, horizonDays = 36_500, maxPerDay } = rulesFor(policy, service);
      const schedules = await findActiveSchedules(this.#clinic, service.practitioners);
      const end = toMs(this.#now) + horizonDays * dayMs + 1;
      return { service, schedules, maxPerDay, start: earliestOffer(minimumNoticeMinutes, this.#now), end };
    });
  }
}

/**
 * Rooms and devices serve several practitioners, and so does a day's number: where a service has such, any of them may have
 * gained by what was freed.
 */
function mayHave(
  { entry: { practitioners } }: KeptEntry,
  { practitioner }: Schedule,
  { service: { requires = [] }, maxPerDay }: Offered,
  freed: Freed,
): boolean {
  const isShared = requires.length > 0 || maxPerDay !== undefined;
  const isWished = practitioners?.includes(practitioner) ?? true;
  return isWished && (!freed.practitioner || isShared || freed.practitioner === practitioner);
}

/** What tells one time from another. */
export function nameOf({ start, practitioner }: Slot): string {
  return `${start} ${practitioner}`;
}

function inOrder(a: Slot, b: Slot): number {
  return a.start - b.start || (a.practitioner < b.practitioner ? -1 : 1);
}

function remembered<Value>(known: Map<string, Promise<Value>>, name: string, find: () => Promise<Value>) {
  const value = known.get(name) ?? find();
  known.set(name, value);
  return value;
}
