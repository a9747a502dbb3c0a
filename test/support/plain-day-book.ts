/*
 * The rules of the day-book once more, as plainly as can be and with none of the code they check: a list of who takes
 * what from when to when, how many may be there at once, and until when it counts. Slow, and obvious.
 *
 * Where requests come in later than they say they did, a hold that has lapsed for one has not for another. Then it is left
 * open which of the two is right: `mayFit` and `surelyFits` differ there, and nowhere else.
 */

export const forGood = 9e15;

/** Everything begins and ends on such a mark (ms). */
const step = 5 * 60_000;

/** A time that is taken of something, and of how many at most, itself included. */
export interface Taking {
  thing: string;
  start: number;
  end: number;
  capacity: number;
  /** The room that goes with it, for others of its group. */
  room?: string | undefined;
}

/** What is wanted: by whom, of what, and by what time. */
export interface Wanted {
  now: number;
  takings: Taking[];
  /** Whose earlier time it gives up for it. */
  instead?: string | undefined;
  /** A room that is needed besides: its own, or that of the group that is there. */
  room?: Taking | undefined;
  /** The practitioner, whose time off it must not meet. */
  practitioner?: string | undefined;
}

export interface PlainBook {
  /** Whether it fits beside all that counts for everybody. */
  mayFit(wanted: Wanted): boolean;
  /** Whether it fits beside all that may count for anybody. */
  surelyFits(wanted: Wanted): boolean;
  /** Whether a hold that lasts so long has surely lost nothing to others yet. */
  isSurelyKept(until: number): boolean;
  /** That somebody took, instead of what was theirs. */
  take(id: string, takings: readonly Taking[], until: number, now: number): void;
  giveBack(id: string): void;
  takeOff(off: Pick<Taking, "thing" | "start" | "end">): void;
  /** The latest time by which anything was taken. */
  latest(): number;
}

export function plainBook(): PlainBook {
  let taken: (Taking & { id: string; until: number })[] = [];
  const off: Pick<Taking, "thing" | "start" | "end">[] = [];
  let latest = 0;
  const others = (instead: string | undefined, from: number) =>
    taken.filter(({ id, until }) => id !== instead && until >= from);
  const isAway = ({ practitioner, takings }: Wanted) =>
    takings.some(
      ({ thing, ...when }) => thing === practitioner && off.some((each) => each.thing === thing && meet(each, when)),
    );
  // What was there before the time off stays, also where it is moved a little: only new time may not meet it.
  const isNewlyAway = (wanted: Wanted) => {
    const own = taken.filter(({ id, thing }) => id === wanted.instead && thing === wanted.practitioner);
    const away = off.filter(({ thing }) => thing === wanted.practitioner);
    return wanted.takings.some(({ thing, start, end }) =>
      Array.from({ length: (end - start) / step }, (_, n) => start + n * step).some(
        (at) => thing === wanted.practitioner && isIn(away, at) && !isIn(own, at),
      ),
    );
  };
  const hasRoom = ({ room, practitioner, instead, now }: Wanted) => {
    if (!room) return true;
    const there = others(instead, now).filter((each) => meet(each, room));
    if (!there.some(({ thing }) => thing === room.thing)) return true;
    const groups = there.filter((each) => each.thing === practitioner && each.capacity > 1);
    const isJoined = groups.length > 0 && groups.every((each) => each.room === room.thing && each.until >= latest);
    return room.capacity > 1 && isJoined && fits(there, room);
  };
  return {
    mayFit: (wanted) =>
      !isNewlyAway(wanted) &&
      wanted.takings.every((taking) => fits(others(wanted.instead, Math.max(latest, wanted.now)), taking)),
    surelyFits: (wanted) =>
      !isAway(wanted) &&
      hasRoom(wanted) &&
      wanted.takings.every((taking) => fits(others(wanted.instead, wanted.now), taking)),
    isSurelyKept: (until) => until >= latest,
    take: (id, takings, until, now) => {
      latest = Math.max(latest, now);
      taken = [...others(id, 0), ...takings.map((taking) => ({ ...taking, id, until }))];
    },
    giveBack: (id) => {
      taken = others(id, 0);
    },
    takeOff: (stretch) => {
      off.push(stretch);
    },
    latest: () => latest,
  };
}

/** At every moment of it, it is one of as many at most as the strictest of them admits. */
function fits(taken: readonly Taking[], wanted: Taking): boolean {
  const its = taken.filter((each) => each.thing === wanted.thing && meet(each, wanted));
  const moments = [wanted.start, ...its.map(({ start }) => Math.max(start, wanted.start))];
  return moments.every((moment) => {
    const there = [wanted, ...its.filter(({ start, end }) => start <= moment && moment < end)];
    return there.length <= Math.min(...there.map(({ capacity }) => capacity));
  });
}

function isIn(stretches: readonly { start: number; end: number }[], at: number): boolean {
  return stretches.some(({ start, end }) => start <= at && at < end);
}

function meet(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  return a.start < b.end && b.start < a.end;
}
