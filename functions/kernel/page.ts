import { type Keyring, openFor, sealFor } from "./keyring.ts";
import { refuse } from "./problem.ts";

/** What a cursor is good for: the route, and what was asked besides the page. It opens for nothing else. */
export interface Listing {
  route: string;
  query?: Record<string, unknown>;
  limit?: number | undefined;
  cursor?: string | undefined;
}

const usual = 20;

/** A route's query, parted into what is asked and which page of it. */
export function listing(
  route: string,
  asked: { limit?: number; cursor?: string; [criterion: string]: unknown },
): Listing {
  const { limit, cursor, ...query } = asked;
  return { route, query, limit, cursor };
}

export function limitOf({ limit }: Listing): number {
  return limit ?? usual;
}

/** The cursor to what follows a position: sealed by the clinic, so it can be neither read nor made nor used elsewhere. */
export function cursorTo(keyring: Keyring, list: Listing, position: unknown): string {
  return Buffer.from(sealFor(keyring, "cursor", scopeOf(list), 0, position)).toString("base64url");
}

/** The position that the listing's cursor stands for; none at the first page. A cursor that is not ours: 400 `bad-cursor`. */
export function positionOf<Position>(keyring: Keyring, list: Listing): Position | undefined {
  if (list.cursor === undefined) return undefined;
  try {
    const blob = Buffer.from(list.cursor, "base64url");
    // Buffer passes over what is not base64url, and so would open a cursor that was tampered with.
    if (blob.toString("base64url") !== list.cursor) throw new Error("not as it was written");
    return openFor<Position>(keyring, "cursor", scopeOf(list), 0, blob);
  } catch {
    throw refuse("invalid", "bad-cursor", "Pass `next` of the page before, with the same criteria.");
  }
}

function scopeOf({ route, query }: Listing): string {
  return JSON.stringify([route, query]);
}
