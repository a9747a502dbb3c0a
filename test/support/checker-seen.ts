import type { Item, Scene } from "./history-world.ts";

/** What takes time of people and rooms. */
export interface Taking {
  start: string;
  end: string;
  practitioner: string;
  patient?: string | undefined;
  service: string;
  resources: string[];
  buffers: { before: number; after: number };
  /** How many it receives together, and its place among them, where it is more than one. */
  capacity?: number | undefined;
  place?: number | undefined;
  /** The day on which its service admits so many, and its place among those. */
  daily?: { start: number; end: number; most: number; place: number } | undefined;
}

/** An appointment's row: what of it is plain. */
export interface Row extends Item, Taking {
  id: string;
  status: string;
  patient: string;
  claims: boolean;
  overlapsPatient?: boolean;
  remindAt?: string;
  version: number;
  sequence: number;
  createdAt: string;
  updatedAt: string;
}

/** A step of an appointment's history. */
export interface Step extends Item {
  version: number;
  status: string;
  start: string;
  practitioner: string;
  happenedAt: string;
}

export interface HoldRow extends Item, Taking {
  id: string;
  status: string;
  createdAt: string;
  appointment?: string;
  expiresAt: string;
}

/** What lay in the tables of one scene. */
export interface Seen {
  appointments: Row[];
  steps: Map<string, Step[]>;
  holds: HoldRow[];
  days: Item[];
  events: Item[];
  reminders: Item[];
  once: Set<string>;
  audit: Item[];
  /** The clock's last reading. */
  end: number;
}

export interface Dumped {
  clinic: Item[];
  audit: Item[];
  scene: Cast;
  end: number;
}

/** Whose the tables are to be looked through for. */
type Cast = Pick<Scene, "practitioners" | "patients" | "rooms" | "services">;

/** Sorts the tables out, leaving aside what belongs to other scenes; what belongs to nothing stays, to be found fault with. */
export function seenOf({ clinic, audit, scene, end }: Dumped): Seen {
  const of = <Kind extends Item>(family: string) => clinic.filter(({ pk }) => pk.startsWith(`${family}#`)) as Kind[];
  const things = new Set([...scene.practitioners, ...scene.patients, ...scene.rooms, ...scene.services]);
  const isHere = ({ practitioner }: { practitioner: string }) => scene.practitioners.includes(practitioner);
  const rows = of<Row>("APPOINTMENT");
  const everyRow = rows.filter(({ sk }) => sk === "APPOINTMENT");
  const everyHold = of<HoldRow>("HOLD").filter(({ sk }) => sk === "HOLD");
  const appointments = everyRow.filter(isHere);
  const holds = everyHold.filter(isHere);
  const others = new Set([...everyRow, ...everyHold].filter((row) => !isHere(row)).map(({ id }) => id));
  const isOfNoOther = (id: unknown) => typeof id === "string" && !others.has(id);
  const steps = rows.filter(({ pk, sk }) => sk.startsWith("MOVE#") && !others.has(lastPart(pk))) as unknown as Step[];
  const bySk = (a: Item, b: Item) => (a.sk < b.sk ? -1 : 1);
  return {
    appointments,
    steps: Map.groupBy(steps.toSorted(bySk), ({ pk }) => lastPart(pk)),
    holds,
    days: of("DAYBOOK").filter(({ pk }) => things.has(lastPart(pk))),
    events: of("EVENT").filter((event) => isOfNoOther(event["appointment"] ?? event["hold"])),
    reminders: of("DUE").filter((due) => isOfNoOther(due["appointment"])),
    once: new Set(of("ONCE").map(({ sk }) => sk)),
    audit: audit.filter(({ target }) => isOfNoOther(target) && /^(apt|hld)_/.test(target as string)),
    end,
  };
}

/** The last part of a partition key: the thing that it is about. */
export function lastPart(pk: string): string {
  return pk.split("#").at(-1) ?? "";
}

/** An instant in one spelling. */
export function canonical(instant: unknown): string {
  return new Date(instant as string).toISOString();
}
