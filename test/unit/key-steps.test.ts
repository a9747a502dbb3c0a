import { describe, expect, it } from "vitest";
import type { KeyRow } from "../../functions/kernel/keyring.ts";
import { stepOf, type Work } from "../../lib/keys/steps.ts";

const settling = 600;
const key = (kind: KeyRow["kind"], number: number, from: number, until?: number): KeyRow => ({
  kind,
  number,
  wrapped: new Uint8Array(),
  from,
  ...(until === undefined ? {} : { until }),
});
const work = (more: Partial<Work> = {}): Work => ({
  pass: "rewriting",
  table: "clinic",
  looked: 1,
  written: 1,
  total: 1,
  updatedAt: "",
  ...more,
});

describe("the step of a rotation", () => {
  it("is none with one key", () => {
    expect(stepOf([key("SEAL", 3, 0)], undefined, 5000, settling)).toEqual({ name: "steady" });
  });

  it("waits twice before anything is rewritten: until all know of the new key, and until none uses the old", () => {
    const keys = [key("SEAL", 1, 0), key("SEAL", 2, 1000)];
    expect(stepOf(keys, undefined, 999, settling)).toEqual({ name: "announced", until: 1000 });
    expect(stepOf(keys, undefined, 1000, settling)).toEqual({ name: "settling", until: 1600 });
    expect(stepOf(keys, undefined, 1600, settling)).toEqual({ name: "rewriting" });
    expect(stepOf(keys, work(), 1600, settling)).toEqual({ name: "rewriting" });
    expect(stepOf(keys, work({ rewrittenAt: "then" }), 1600, settling)).toEqual({ name: "ready" });
  });

  it("of an index key waits once more, until nobody writes under the old, and sweeps", () => {
    const keys = [key("INDEX", 1, 0, 2000), key("INDEX", 2, 1000)];
    const done = work({ rewrittenAt: "then" });
    expect(stepOf(keys, done, 2599, settling)).toEqual({ name: "parting", until: 2600 });
    expect(stepOf(keys, done, 2600, settling)).toEqual({ name: "sweeping" });
    expect(stepOf(keys, { ...done, sweptAt: "now" }, 2600, settling)).toEqual({ name: "ready" });
  });
});
