import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { api, rooms } from "../../functions/api.ts";
import { roles } from "../../functions/kernel/route.ts";
import { workers } from "../../functions/workers.ts";

/** Every file of the rooms, by its path under functions/, with its text. */
const files = new Map<string, string>();

beforeAll(async () => {
  for (const path of await readdir("functions", { recursive: true })) {
    const isOfRoom = path.endsWith(".ts") && path.includes("/") && !path.startsWith("kernel/");
    if (isOfRoom) files.set(path, await readFile(join("functions", path), "utf8"));
  }
});

const filesWith = (made: RegExp) =>
  [...files].filter(([, text]) => made.test(text)).map(([path]) => path.replace(/\.ts$/, ""));
const handlers = () => filesWith(/\bendpoint\(/);
const ofOutbox = () => filesWith(/ = onEvents\(/);
const ofClock = () => filesWith(/ = onTick\(/);
const ofTrail = () => filesWith(/ = onTrail\(/);
const ofNotices = () => filesWith(/ = onNotice\(/);

describe("routes and handlers", () => {
  test("each route has its handler's file, and no handler is without a route", () => {
    const declared = api.map(({ handler }) => handler);
    expect({
      routesWithoutHandler: declared.filter((handler) => !handlers().includes(handler)),
      handlersWithoutRoute: handlers().filter((handler) => !declared.includes(handler)),
    }).toEqual({ routesWithoutHandler: [], handlersWithoutRoute: [] });
  });

  test("each handler is made for the route of its own name", () => {
    const wrong = api.filter(({ handler, name }) => {
      const route = /import \{[^}]*\b(\w+) as route\b[^}]*\} from "\.\/routes\.ts"/.exec(
        files.get(`${handler}.ts`) ?? "",
      )?.[1];
      return route !== name.split(".")[1];
    });
    expect(wrong.map(({ handler }) => handler)).toEqual([]);
  });

  test("no two routes have the same method and path", () => {
    const places = api.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`);
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });
});

describe("workers and their handlers", () => {
  test("each worker has its handler's file, made for what wakes it, and no such file is without a worker", () => {
    const declared = (kind: "events" | "every" | "trail" | "scans") =>
      workers.filter(({ wakes }) => kind in wakes).map(({ handler }) => handler);
    expect(ofOutbox().sort()).toEqual(declared("events").sort());
    expect(ofClock().sort()).toEqual(declared("every").sort());
    expect(ofTrail().sort()).toEqual(declared("trail").sort());
    expect(ofNotices().sort()).toEqual(declared("scans").sort());
  });

  test("the outbox feeds two workers at most, as many readers as a shard of a DynamoDB stream has", () => {
    expect(ofOutbox().length).toBeLessThanOrEqual(2);
  });

  test("each event that wakes a worker is one that somebody tells", () => {
    const told = [...files.values()].join("\n");
    const isTold = (type: string) =>
      told.includes(`"${type}"`) || (type.startsWith("appointment.") && /`appointment\.\$\{/.test(told));
    const wanted = workers.flatMap(({ wakes }) => ("events" in wakes ? wakes.events : []));
    expect(wanted.filter((type) => !isTold(type))).toEqual([]);
  });
});

describe("each route", () => {
  test.each(api)("$name says who is allowed, in which known roles", ({ allow }) => {
    const known: readonly string[] = typeof allow === "string" ? ["public", "signed-in"] : roles;
    const named = typeof allow === "string" ? [allow] : allow;
    expect(named.length).toBeGreaterThan(0);
    expect(known).toEqual(expect.arrayContaining([...named]));
  });

  test.each(api)("$name takes a body if it is a POST, PUT or PATCH, and only then", ({ method, body }) => {
    expect(body !== undefined).toBe(["POST", "PUT", "PATCH"].includes(method));
  });

  test.each(api)("$name answers something, or 204", ({ answer }) => {
    expect(answer.schema === undefined).toBe(answer.status === 204);
  });

  test.each(api)("$name is one line of summary, without a full stop", ({ summary }) => {
    expect(summary).toMatch(/^[A-Z].{5,90}[^.\s]$/);
  });

  test.each(api.filter(({ shows }) => shows.some((kind) => ["demographics", "clinical"].includes(kind))))(
    "$name shows a person's data, so it is audited",
    ({ audit }) => {
      expect(audit).toMatch(/^[a-z-]+\.[a-z-]+$/);
    },
  );
});

/** What a room's file that is neither contract, store nor handler may import while it runs: what only computes. */
const computes = [
  "ical-generator",
  "rrule-temporal",
  "temporal-polyfill",
  "zod/mini",
  ...["datatypes", "instant", "merge-patch", "phone", "problem", "schema"].map((name) => `kernel/${name}.ts`),
];

/** Besides the stores: what reads all that a decision needs, what holds and completes a series, founds a clinic, or writes archives. */
const doers = [
  "appointments/circumstances.ts",
  "appointments/confirm.ts",
  "appointments/try-in-turn.ts",
  "exports/archive.ts",
  "exports/writing.ts",
  "members/found-clinic.ts",
  "series/commit-each.ts",
  "series/complete.ts",
  "series/reserve.ts",
  "trail/exporting.ts",
  "trail/sealing.ts",
];

const kindOf = (path: string) => {
  if (/\/(routes|kinds)\.ts$/.test(path)) return "contract";
  if (path.endsWith("store.ts") || doers.includes(path)) return "store";
  const isHandler = [...handlers(), ...ofOutbox(), ...ofClock(), ...ofTrail(), ...ofNotices()].includes(
    path.replace(/\.ts$/, ""),
  );
  return isHandler ? "handler" : "rule";
};

/** What a file imports while it runs, types left out: packages by name, files by their path under functions/. */
function imports(path: string): string[] {
  const found = (files.get(path) ?? "").matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)"/gm);
  return [...found].map(([, from = ""]) => (from.startsWith(".") ? normalize(join(dirname(path), from)) : from));
}

describe("rooms", () => {
  test("each folder under functions/ is a room of the API, or the kernel", async () => {
    const folders = (await readdir("functions", { withFileTypes: true })).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).toSorted()).toEqual([...Object.keys(rooms), "kernel"].toSorted());
  });

  test("a file that is neither contract, store nor handler holds rules: it imports only what computes", () => {
    const rules = [...files.keys()].filter((path) => kindOf(path) === "rule");
    const wrong = rules.flatMap((path) =>
      imports(path)
        .filter((from) => !computes.includes(from) && !/\/(routes|kinds)\.ts$/.test(from) && !rules.includes(from))
        .map((from) => `${path} imports ${from}`),
    );
    expect(rules).toContain("appointments/day-book.ts");
    expect(wrong).toEqual([]);
  });

  test("nobody imports a handler", () => {
    const wrong = [...files.keys()].flatMap((path) =>
      imports(path)
        .filter((from) => files.has(from) && kindOf(from) === "handler")
        .map((from) => `${path} imports ${from}`),
    );
    expect(wrong).toEqual([]);
  });
});
