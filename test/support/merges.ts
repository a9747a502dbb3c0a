import { expect } from "vitest";
import { call, mustCall } from "./client.ts";
import { now, soon } from "./life.ts";
import { tick } from "./workers.ts";
import { desk } from "./world.ts";

export const merge = (from: string, into: string, asked: object = {}) =>
  call("POST", `/v1/patients/${from}/merge`, {
    as: desk,
    at: now,
    body: { into, reason: "Registered twice" },
    ...asked,
  });
export const undo = (id: string, asked: object = {}) =>
  call("POST", `/v1/merges/${id}/undo`, { as: desk, at: soon, body: {}, ...asked });
export const readMerge = (id: string, as = desk) => mustCall("GET", `/v1/merges/${id}`, { as });

/** Merges two patients, and waits until all has gone over. */
export async function merged(from: string, into: string, at = soon): Promise<string> {
  const { status, body } = await merge(from, into);
  expect({ status, code: body.code }).toEqual({ status: 201, code: undefined });
  await tick("merges", at);
  expect((await readMerge(body.id)).status).toBe("merged");
  return body.id;
}

/** Undoes a merge, and waits until all is back. */
export async function parted(id: string): Promise<void> {
  expect((await undo(id)).status).toBe(200);
  await tick("merges", soon);
  expect((await readMerge(id)).status).toBe("undone");
}
