import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkHistory, type Told } from "../support/checker.ts";
import { chanceFrom } from "../support/history-random.ts";
import { playRound, type Round } from "../support/history-run.ts";
import { type Item, openWorld, type World } from "../support/history-world.ts";

const seed = Number(process.env["HISTORY_SEED"] || Math.floor(Math.random() * 2 ** 31));
const chance = chanceFrom(seed);
let world: World;
let round: Round;

beforeAll(async () => {
  process.stderr.write(`HISTORY_SEED=${seed}\n`);
  world = await openWorld(chance);
  round = await playRound(world, chance, { seconds: 8 });
});

afterAll(() => world.stop());

describe("eight clients at once, while requests, replies and handlers are lost at random,", () => {
  it("find every promise kept", () => {
    expect(round.faults, `HISTORY_SEED=${seed}`).toEqual([]);
  });

  it("did get something done, and did meet bad weather", () => {
    expect(round.answered["book 201"]).toBeGreaterThan(5);
    expect(round.kills).toBeGreaterThan(0);
    expect(round.unanswered).toBeGreaterThan(0);
    expect(Object.keys(world.weather.met).sort()).toEqual([
      "conflict",
      "error-after",
      "reply-lost",
      "request-lost",
      "throttled",
    ]);
  });
});

/** The tables with one thing put wrong. */
const wrongs: [string, (told: Told) => void, RegExp][] = [
  ["an appointment's cell that is free", freeCell, /^cell .+ is not taken$/],
  ["a cancelled appointment's cell that is still taken", cancelRow, /no active/],
  ["a place in a group that is free", (told) => losePlace(told), /^the place .+ is not taken$/],
  ["the place of a cancelled group appointment left behind", cancelShared, /^the place .+ is nobody's$/],
  ["one more in a group than it admits", crowdGroup, /^prc_.+ is double-booked/],
  ["one more on a day than its service admits", crowdDay, /^svc_.+ is double-booked/],
  ["an appointment that was copied", copyAppointment, /double-booked/],
  ["an event that is not there", (told) => lose(told, "EVENT#", "appointment"), /has the events none/],
  ["a step that is not there", (told) => lose(told, "APPOINTMENT#", "by"), /has the steps/],
  ["an audit entry that is there twice", repeatEntry, /audit entries appointment.book,appointment.book/],
  ["a reminder that is not there", (told) => lose(told, "DUE#", "due"), /reminder is missing/],
  ["a key that is not remembered", (told) => loseAll(told, "ONCE#"), /not remembered/],
  ["an answer of 500", answer500, /was answered 500/],
];

describe("the checker", () => {
  it.each(wrongs)("finds %s", (_, spoil, complaint) => {
    const told = structuredClone(round.told);
    spoil(told);
    expect(checkHistory(told).filter((fault) => complaint.test(fault))).not.toEqual([]);
  });
});

/** An appointment that is still to take place; one that has the attribute, where one is named. */
function booked({ clinic, scene }: Told, mark = "status"): Item {
  const found = clinic.find(
    (item) =>
      item.sk === "APPOINTMENT" &&
      item["status"] === "booked" &&
      item[mark] !== undefined &&
      isOf(scene.practitioners, item),
  );
  if (!found) throw new Error("the round has left no appointment booked");
  return found;
}

function isOf(practitioners: readonly string[], item: Item): boolean {
  return practitioners.includes(item["practitioner"] as string);
}

function freeCell(told: Told): void {
  const day = told.clinic.find(({ pk, ...item }) => pk.startsWith("DAYBOOK#") && Object.values(item).includes(9e15));
  for (const [name, until] of Object.entries(day ?? {})) if (until === 9e15) delete day?.[name];
}

function cancelRow(told: Told): void {
  booked(told)["status"] = "cancelled";
}

function losePlace(told: Told): void {
  const { id } = booked(told, "place");
  const isIts = (value: unknown) => Array.isArray(value) && value[1] === id;
  for (const day of told.clinic.filter(({ pk }) => pk.startsWith("DAYBOOK#")))
    for (const [name, value] of Object.entries(day)) if (name.startsWith("shr_") && isIts(value)) delete day[name];
}

function cancelShared(told: Told): void {
  booked(told, "place")["status"] = "cancelled";
}

function crowdGroup(told: Told): void {
  const one = booked(told, "place");
  for (let more = 0; more < Number(one["capacity"]); more++)
    told.clinic.push({ ...one, id: `apt_more${more}`, patient: `pat_more${more}` });
}

function crowdDay(told: Told): void {
  const one = booked(told, "daily");
  const at = (hour: number) => new Date(Date.parse(one["start"] as string) + hour * 3_600_000).toISOString();
  for (let more = 0; more < 3; more++)
    told.clinic.push({ ...one, id: `apt_more${more}`, start: at(5 + more), end: at(5.1 + more) });
}

function copyAppointment(told: Told): void {
  told.clinic.push({ ...booked(told), id: "apt_copy" });
}

function lose(told: Told, prefix: string, mark: string): void {
  const place = told.clinic.findIndex(({ pk, ...item }) => pk.startsWith(prefix) && item[mark] !== undefined);
  told.clinic.splice(place, place < 0 ? 0 : 1);
}

function loseAll(told: Told, prefix: string): void {
  told.clinic = told.clinic.filter(({ pk }) => !pk.startsWith(prefix));
}

function repeatEntry(told: Told): void {
  const entry = told.audit.find(({ action, target }) => action === "appointment.book" && target !== undefined);
  if (entry) told.audit.push(entry);
}

function answer500({ operations }: Told): void {
  const answer = operations[0]?.answers[0];
  if (answer) answer.status = 500;
}
