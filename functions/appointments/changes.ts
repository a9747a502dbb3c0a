import type { Interval } from "../kernel/instant.ts";
import { cellsOf, dayOf, daysOf, forGood } from "./day-book.ts";
import { type Share, shareName } from "./shares.ts";

/** What an appointment or a hold writes into one thing's day-book: the time it takes, if any, and where it is listed. */
export interface Claim {
  thing: string;
  takes?: Interval | undefined;
  /** Until when the time is taken; a hold's claims lapse. */
  until: number;
  /** How the time is shared with others; absent where it is taken alone. */
  shares?: Shared | undefined;
  lists: Listing;
}

export interface Shared extends Pick<Share, "capacity" | "place" | "with"> {
  /** Whether nobody ever takes that thing's time alone, so that no cells need to be looked at. */
  isOnlyShared?: boolean;
}

interface Listing extends Interval {
  id: string;
  until?: number;
  /** With whom, in a patient's own day-book: who has an appointment with a patient treats them. */
  with?: string;
}

/** What becomes of one day's item. */
export interface DayChange {
  thing: string;
  date: string;
  /** Cells that must be free, to be taken until `until`. */
  take: number[];
  /** Cells that are held until `from`, to be taken until `until`. */
  retake: number[];
  /** Cells given back; those of a hold only if they are still its own (`from`). */
  free: number[];
  /** Cells that nobody may have alone, for they are to be shared. */
  clear: number[];
  from: number;
  until: number;
  list?: Listing;
  unlist?: string;
  share?: Share;
  /** Whose place it takes over. */
  over?: string;
  unshare?: Share;
}

/**
 * The changes from what was claimed to what is claimed now; a claim never stands in its own way. Confirming a hold is
 * such a change: the same cells, taken for good instead of for a while.
 */
export function changesBetween(before: readonly Claim[], after: readonly Claim[]): DayChange[] {
  const changes = new Map<string, DayChange>();
  const [from, until] = [before[0]?.until ?? forGood, after[0]?.until ?? forGood];
  const changeOf: ChangeOf = (thing, date) => {
    const nothing = { take: [], retake: [], free: [], clear: [] };
    const change = changes.get(`${thing} ${date}`) ?? { thing, date, ...nothing, from, until };
    changes.set(`${thing} ${date}`, change);
    return change;
  };
  const held = cellsIn(before);
  const wanted = cellsIn(after);
  for (const [name, { thing, date, cell }] of wanted) {
    if (!held.has(name)) changeOf(thing, date).take.push(cell);
    else if (from !== until) changeOf(thing, date).retake.push(cell);
  }
  for (const [name, { thing, date, cell }] of held) if (!wanted.has(name)) changeOf(thing, date).free.push(cell);
  reshare(before, after, changeOf);
  relist(before, after, changeOf);
  return [...changes.values()].filter(
    ({ take, retake, free, ...rest }) =>
      take.length + retake.length + free.length > 0 || rest.list || rest.unlist || rest.share || rest.unshare,
  );
}

type ChangeOf = (thing: string, date: string) => DayChange;

/** Withdraws the old shares and writes the new ones, where they are not the same. */
function reshare(before: readonly Claim[], after: readonly Claim[], changeOf: ChangeOf): void {
  const old = sharesIn(before);
  const next = sharesIn(after);
  const held = cellsIn(before);
  for (const [name, { thing, date, share }] of old) if (!next.has(name)) changeOf(thing, date).unshare = share;
  for (const [name, { thing, date, share, isOnlyShared }] of next) {
    const over = old.get(name)?.share;
    if (JSON.stringify(over) === JSON.stringify(share)) continue;
    const cells = isOnlyShared ? [] : cellsOf(share).filter((cell) => cell.date === date);
    const clear = cells.flatMap(({ cell }) => (held.has(`${thing} ${date} ${cell}`) ? [] : cell));
    Object.assign(changeOf(thing, date), { share, clear, ...(over ? { over: over.id } : {}) });
  }
}

/** The shares of claims on each thing and day that they touch, by where they lie. */
function sharesIn(claims: readonly Claim[]) {
  const found = new Map<string, { thing: string; date: string; share: Share; isOnlyShared: boolean }>();
  for (const { thing, takes, until, shares, lists } of claims) {
    if (!takes || !shares) continue;
    const { isOnlyShared = false, ...group } = shares;
    const share = { id: lists.id, ...takes, until, ...group };
    for (const date of daysOf(takes))
      found.set(`${thing} ${date} ${shareName(share)}`, { thing, date, share, isOnlyShared });
  }
  return found;
}

/** Strikes the old entries out and writes the new ones, where they are not the same. */
function relist(before: readonly Claim[], after: readonly Claim[], changeOf: ChangeOf): void {
  for (const { thing, lists } of before) changeOf(thing, dayOf(lists.start)).unlist = lists.id;
  for (const { thing, lists } of after) {
    const change = changeOf(thing, dayOf(lists.start));
    if (change.unlist === lists.id) delete change.unlist;
    const isListed = before.some((claim) => claim.thing === thing && sameEntry(claim.lists, lists));
    if (!isListed) change.list = lists;
  }
}

function sameEntry(a: Listing, b: Listing): boolean {
  return a.id === b.id && a.start === b.start && a.end === b.end && a.with === b.with;
}

/** The cells that claims take for themselves, by name. */
export function cellsIn(claims: readonly Claim[]) {
  const cells = new Map<string, { thing: string; date: string; cell: number }>();
  for (const { thing, takes, shares } of claims) {
    for (const { date, cell } of takes && !shares ? cellsOf(takes) : [])
      cells.set(`${thing} ${date} ${cell}`, { thing, date, cell });
  }
  return cells;
}
