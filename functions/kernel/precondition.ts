import { type Exchange, headerOf } from "./exchange.ts";
import { invalid } from "./input.ts";
import { refuse } from "./problem.ts";
import type { Route } from "./route.ts";

/** The version named by If-Match (RFC 9110, 13.1.1), where the route takes one; a needed one that is absent is 428. */
export function ifMatchOf(route: Pick<Route, "ifMatch">, event: Exchange): number | undefined {
  const tag = route.ifMatch && headerOf(event, "if-match");
  if (tag) return versionOf(tag);
  if (route.ifMatch !== "required") return undefined;
  throw refuse("precondition-required", "if-match-required", "Send If-Match with the ETag of what you have seen.");
}

function versionOf(tag: string): number {
  const version = /^"(\d{1,10})"$/.exec(tag.trim())?.[1];
  if (version) return Number(version);
  const expected = 'an ETag as answered, such as "3"';
  throw invalid([{ path: "If-Match", expected, message: `the header If-Match should be ${expected}` }]);
}

/** The refusal of a change to what someone else changed meanwhile. */
export function stale() {
  return refuse("stale", "stale-version", "It was changed meanwhile: read it again and redo the change.");
}

/** Refuses (412) unless the caller has seen this version, where they named one. */
export function mustMatch(ifMatch: number | undefined, version: number): void {
  if (ifMatch !== undefined && ifMatch !== version) throw stale();
}
