import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Asked, call, mustCall } from "../support/client.ts";
import { dumpFamily } from "../support/tables.ts";
import { admin, desk, newPatient, newScene, stranger } from "../support/world.ts";

const start = "2027-07-01T09:00:00Z";
const withKey = (key: string, asked: Asked): Asked => ({ ...asked, headers: { "idempotency-key": key } });

async function newBooking() {
  const scene = await newScene();
  const key = randomUUID();
  return {
    scene,
    key,
    book: (asked: Asked = {}) =>
      call("POST", "/v1/appointments", withKey(key, { as: desk, body: { ...scene, start }, ...asked })),
  };
}

describe("an Idempotency-Key", () => {
  it("used again at once answers the same, and books once", async () => {
    const { scene, book } = await newBooking();
    const [first, second] = [await book(), await book()];
    expect(second).toMatchObject({ status: first.status, body: first.body });
    expect([second.headers.get("etag"), second.headers.get("location")]).toEqual([
      first.headers.get("etag"),
      first.headers.get("location"),
    ]);
    const stored = (await dumpFamily("APPOINTMENT")).filter((item) => item["patient"] === scene.patient);
    expect(stored).toHaveLength(1);
  });

  it("used ten times in parallel answers ten times the same, and books once", async () => {
    const { scene, book } = await newBooking();
    const answers = await Promise.all(Array.from({ length: 10 }, () => book()));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await dumpFamily("APPOINTMENT")).filter((item) => item["patient"] === scene.patient)).toHaveLength(1);
  });

  it("used a day after the appointment still answers as then, though the time is past and the appointment cancelled", async () => {
    const { book } = await newBooking();
    const first = await book();
    await mustCall("POST", `/v1/appointments/${first.body.id}/cancel`, { as: desk, body: {} });
    expect(await book({ at: "2027-07-02T09:00:00Z" })).toMatchObject({ status: 201, body: first.body });
  });

  it("used with another body is refused, even where that body would be refused for itself", async () => {
    const { scene, book } = await newBooking();
    await book();
    for (const body of [
      { ...scene, start: "2027-07-01T10:00:00Z" },
      { ...scene, start: "2020-07-01T10:00:00Z" },
    ]) {
      expect(await book({ body })).toMatchObject({ status: 422, body: { code: "idempotency-key-reused" } });
    }
  });

  it("used on another route is refused", async () => {
    const { key, book } = await newBooking();
    const { body } = await book();
    const cancelled = await call("POST", `/v1/appointments/${body.id}/cancel`, withKey(key, { as: desk, body: {} }));
    expect(cancelled).toMatchObject({ status: 422, body: { code: "idempotency-key-reused" } });
  });

  it("belongs to its caller: another's is independent, in this clinic and in the other", async () => {
    const key = randomUUID();
    const body = { name: { text: "Same Key" } };
    const ids = await Promise.all(
      [desk, admin, stranger].map(
        async (as) => (await mustCall("POST", "/v1/patients", withKey(key, { as, body }))).id,
      ),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it("whose first use was refused may be used again once nothing stands against it", async () => {
    const { scene, book } = await newBooking();
    const rival = await mustCall("POST", "/v1/appointments", {
      as: desk,
      body: { ...scene, patient: await newPatient(), start },
    });
    expect((await book()).status).toBe(409);
    await mustCall("POST", `/v1/appointments/${rival.id}/cancel`, { as: desk, body: {} });
    expect((await book()).status).toBe(201);
  });

  it("makes a move and a cancellation repeatable as well", async () => {
    const { book } = await newBooking();
    const { id } = (await book()).body;
    const move = withKey(randomUUID(), { as: desk, body: { start: "2027-07-01T11:00:00Z" } });
    const cancel = withKey(randomUUID(), { as: desk, body: { reason: "ill" } });
    const moved = await call("POST", `/v1/appointments/${id}/reschedule`, move);
    const cancelled = await call("POST", `/v1/appointments/${id}/cancel`, cancel);
    expect(await call("POST", `/v1/appointments/${id}/reschedule`, move)).toMatchObject({
      status: 200,
      body: moved.body,
    });
    expect(await call("POST", `/v1/appointments/${id}/cancel`, cancel)).toMatchObject({
      status: 200,
      body: cancelled.body,
    });
    expect([moved.body.version, cancelled.body.version]).toEqual([2, 3]);
  });

  it.each([
    ["is needed", {}],
    ["may not be empty", { "idempotency-key": "" }],
    ["may not hold blanks", { "idempotency-key": "a b" }],
    ["may not be longer than 255", { "idempotency-key": "k".repeat(256) }],
  ])("%s", async (_, headers: Record<string, string>) => {
    const answer = await call("POST", "/v1/patients", {
      as: desk,
      body: { name: { text: "X" } },
      headers: { "idempotency-key": "", ...headers },
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: "idempotency-key-required", errors: [{ path: "Idempotency-Key" }] },
    });
  });
});
