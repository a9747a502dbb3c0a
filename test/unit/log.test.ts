import { afterEach, describe, expect, it, vi } from "vitest";
import type { Exchange } from "../../functions/kernel/exchange.ts";
import { logged } from "../../functions/kernel/log.ts";
import { type Place, SealBroken } from "../../functions/kernel/vault.ts";

afterEach(() => vi.restoreAllMocks());

/** What is logged of a blob that does not open at this place. */
function linesFor(place: Place): string {
  const lines: unknown[] = [];
  for (const level of ["info", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line: unknown) => void lines.push(line));
  const event = { requestContext: { requestId: "r1" } } as Exchange;
  const error = new SealBroken("tampered with, or not its place", place);
  const { onError } = logged({ method: "GET", path: "/v1/patients" });
  void onError?.({ event, error, response: null, context: {} as never, internal: {} });
  return JSON.stringify(lines);
}

const place: Place = { table: "clinic", clinic: "cln_A", type: "record", id: "rec_B", version: 3 };

describe("the log of a blob that does not open", () => {
  it("says which row it is, so that it can be looked into", () => {
    expect(linesFor(place)).toContain(
      '"error":"SealBroken","why":"tampered with, or not its place","place":{"table":"clinic","clinic":"cln_A","type":"record","id":"rec_B","version":3}',
    );
  });

  it("says nothing of what a cursor was asked with", () => {
    expect(linesFor({ ...place, type: "cursor", id: '["patients.search",{"name":"Souza"}]' })).not.toContain("Souza");
  });
});
