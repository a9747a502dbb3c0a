import { type Interval, overlaps } from "../kernel/instant.ts";

/*
 * Several claims may share a time: the patients of a group visit share their practitioner and their room, the bookings of
 * one day share what a service admits a day. They take no cells. Each has a place of its own on every day it touches
 * (`shr_<start>_<end>_<capacity>_<place>`), so that two who join the same group do not stand in each other's way unless
 * they want the same place.
 */

/** One of several claims to a time: until when it counts, and how many there may be beside it, itself included. */
export interface Share extends Interval {
  id: string;
  until: number;
  capacity: number;
  /** Its place among them, from 0. */
  place: number;
  /** The rooms and devices that go with it, for whoever joins. */
  with: readonly string[];
}

/** Those who share: the same time, by the same number. */
export type Group = Pick<Share, "start" | "end" | "capacity">;

/** The attribute in which a share lies. */
export function shareName({ start, end, capacity, place }: Group & Pick<Share, "place">): string {
  return ["shr", ...[start, end, capacity, place].map((part) => part.toString(36))].join("_");
}

/** What lies there: until when, whose it is, and what goes with it. */
export function writtenShare({ until, id, with: things }: Share): (number | string)[] {
  return [until, id, ...things];
}

/** The shares on a day's item that still count at that moment. */
export function sharesOn(day: Record<string, unknown> | undefined, now: number): Share[] {
  // Without a revision nobody ever shared it: most days of most practitioners.
  if (day?.["rev"] === undefined) return [];
  return Object.entries(day)
    .filter(([name]) => name.startsWith("shr_"))
    .map(([name, written]) => {
      const [start, end, capacity, place] = name.slice(4).split("_").map(fromBase36) as [
        number,
        number,
        number,
        number,
      ];
      const [until, id, ...things] = written as [number, string, ...string[]];
      return { start, end, capacity, place, until, id, with: things };
    })
    .filter(({ until }) => until >= now);
}

function fromBase36(text: string): number {
  return Number.parseInt(text, 36);
}

/** A day without somebody's shares. */
export function withoutShares<Of extends Record<string, unknown>>(day: Of, id: string): Of {
  const isTheirs = ([name, written]: [string, unknown]) => name.startsWith("shr_") && (written as string[])[1] === id;
  return Object.fromEntries(Object.entries(day).filter((entry) => !isTheirs(entry))) as Of;
}

/** Where one more of that capacity would be one too many: the strictest of all that overlap there counts. */
export function fullFor(shares: readonly Share[], capacity: number): Interval[] {
  const edges = [...new Set(shares.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  return edges.slice(1).flatMap((end, n) => {
    const start = edges[n] as number;
    const there = shares.filter((share) => share.start < end && share.end > start);
    const strictest = Math.min(capacity, ...there.map((share) => share.capacity));
    return there.length > 0 && there.length + 1 > strictest ? { start, end } : [];
  });
}

/** Whether a share joins a group that is there, alone in its time: then its place is all that it can lose. */
export function joins(shares: readonly Share[], wish: Group): boolean {
  const there = shares.filter((share) => overlaps(share, wish));
  return there.length > 0 && there.every((share) => isOf(share, wish));
}

/** A place that is free in a group, by a number from 0 to 1: rivals who draw at random seldom meet. */
export function placeIn(shares: readonly Share[], group: Group, draw: number): number {
  const taken = new Set(shares.filter((share) => isOf(share, group)).map(({ place }) => place));
  const few = Math.min(group.capacity, taken.size + 64);
  const free = Array.from({ length: few }, (_, place) => place).filter((place) => !taken.has(place));
  return free[Math.floor(draw * free.length)] ?? 0;
}

function isOf(share: Group, { start, end, capacity }: Group): boolean {
  return share.start === start && share.end === end && share.capacity === capacity;
}
