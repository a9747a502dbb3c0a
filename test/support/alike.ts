import { expect } from "vitest";
import type { Answer } from "./client.ts";

/** All of an answer that the caller can see, save what names the request and the moment. */
function visible({ status, headers, body }: Answer) {
  const passing = ["date", "x-request-id", "x-amzn-requestid"];
  const { requestId, ...rest } = body as { requestId?: string };
  return { status, headers: [...headers].filter(([name]) => !passing.includes(name)), text: JSON.stringify(rest) };
}

/** Expects two requests to be answered alike to the byte, and gives what both were answered. */
export async function expectAlike(one: Promise<Answer>, two: Promise<Answer>) {
  const [first, second] = await Promise.all([one, two]);
  expect(visible(first)).toEqual(visible(second));
  return { status: first.status, code: first.body["code"] };
}
