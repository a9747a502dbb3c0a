import { randomUUID } from "node:crypto";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seed } from "../../bin/seed.ts";
import { type Backend, startBackend } from "../../lib/local/backend.ts";
import { demoPassword } from "../../lib/local/demo.ts";
import { type Counted, counting } from "../support/request-count.ts";
import { type Booked, halfHours, rowsOf, store } from "../support/stored-appointments.ts";

const clinic = "cln_DemoClinic000000000001";
const days = 14;
const from = Date.parse("2027-06-07T00:00:00Z");
const to = from + days * 86_400_000;
const perDay = 4;
const hours = {
  zone: "UTC",
  windows: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start: "14:00", end: "16:00" }],
};

let backend: Backend;
let token: string;
let practitioners: string[];
let service: string;

interface Page {
  items: { start: string; end: string; practitioner: string }[];
  next?: string;
}

async function call(method: string, path: string, body?: unknown): Promise<string> {
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    "idempotency-key": randomUUID(),
    "if-match": '"1"',
  };
  const answer = await fetch(`${backend.url}${path}`, { method, headers, body: body ? JSON.stringify(body) : null });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return text;
}

const add = async (path: string, body: unknown) => (JSON.parse(await call("POST", path, body)) as { id: string }).id;

const newPractitioners = async (count: number) => {
  const ids: string[] = [];
  for (let each = 0; each < count; each++) {
    const id = await add("/v1/practitioners", { name: { text: "Dr. Scale" } });
    await call("PUT", `/v1/practitioners/${id}/schedule`, hours);
    ids.push(id);
  }
  return ids;
};

/** A search of all 14 days, its answer as it came over the wire. */
function search(ofService: string, { limit = 100, cursor = "" } = {}): Promise<string> {
  const window = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  // The longest offset there is, so that an answer is as long as it can be.
  const page = `limit=${limit}${cursor && `&cursor=${cursor}`}&timeZone=America/New_York`;
  return call("GET", `/v1/availability?service=${ofService}&${window}&${page}`);
}

/** What one page of a search asks of DynamoDB, memberships and keys being remembered. */
async function requestsOf(ofService: string): Promise<Counted> {
  await call("GET", "/v1/practitioners?limit=1");
  return counting(() => search(ofService));
}

/** Every slot of a search, page by page, with the longest page's bytes. */
async function allPages(ofService: string) {
  const slots: string[] = [];
  let longest = 0;
  for (let cursor: string | undefined = "", pages = 0; cursor !== undefined; pages++) {
    if (pages > 1000) throw new Error("the pages have no end");
    const text = await search(ofService, { cursor });
    longest = Math.max(longest, Buffer.byteLength(text));
    const page = JSON.parse(text) as Page;
    slots.push(...page.items.map(({ start, practitioner }) => `${Date.parse(start)} ${practitioner}`));
    cursor = page.next;
  }
  return { slots, longest };
}

const nameOf = ({ start, practitioner }: Booked) => `${start} ${practitioner}`;

async function fill(booked: Iterable<Booked>): Promise<void> {
  const { client } = (await import("../../functions/kernel/table.ts")) as { client: DynamoDBDocumentClient };
  await store(client, backend.tableNames.clinic, await rowsOf(clinic, service, booked));
}

beforeAll(async () => {
  // A membership looked up again in the midst of a search would be counted with it.
  process.env["MEMBERSHIP_SECONDS"] = "30";
  backend = await startBackend({ inMemory: true, port: 0, quiet: true, requestsOnly: true });
  await seed(backend);
  token = (await backend.signIn("admin@demo.clinic", demoPassword)).accessToken;
  practitioners = await newPractitioners(50);
  service = await add("/v1/services", { name: "Scale", durationMinutes: 30, practitioners });
});

afterAll(() => backend.stop());

describe("a search for 50 practitioners over 14 days", () => {
  test("gives every open time once over pages under 64 KB, and asks DynamoDB as often whatever is stored", async () => {
    const few = await requestsOf(service);
    const taken = [...halfHours(practitioners.slice(0, 40), from, days, perDay)].filter((_, place) => place % 2 === 0);
    await fill(taken);
    await fill(halfHours(practitioners.slice(0, 8), from + 30 * 86_400_000, 60, perDay));
    const many = await requestsOf(service);

    expect(many.requests).toEqual(few.requests);
    // The service and the policy; practitioners and schedules; each practitioner's days.
    expect(many.requests).toEqual({ GetItem: 2, BatchGetItem: 1, Query: 50 });
    expect(Math.max(few.mostAtOnce, many.mostAtOnce)).toBe(16);

    const { slots, longest } = await allPages(service);
    const gone = new Set(taken.map(nameOf));
    const open = [...halfHours(practitioners, from, days, perDay)].map(nameOf).filter((slot) => !gone.has(slot));
    expect(slots.toSorted()).toEqual(open.toSorted());
    expect(longest).toBeLessThan(64 * 1024);
  });

  test("asks no more than 16 at once where many rooms would do, either", async () => {
    const tags = ["scale"];
    for (let room = 0; room < 24; room++) await add("/v1/resources", { name: `Room ${room}`, kind: "room", tags });
    const requires = [{ kind: "room", tags }];
    const roomy = await add("/v1/services", { name: "Roomy", durationMinutes: 30, practitioners, requires });
    const { requests, mostAtOnce } = await requestsOf(roomy);
    // The rooms there are, and each one's days, beside the practitioners'.
    expect(requests).toEqual({ GetItem: 2, BatchGetItem: 1, Query: 50 + 1 + 24 });
    expect(mostAtOnce).toBe(16);
  });
});
