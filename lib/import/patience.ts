/** How long to keep trying. */
export interface Patience {
  attempts: number;
  /** The first wait, in milliseconds; each later one may be twice the one before. */
  first: number;
  /** The longest wait, in milliseconds. */
  longest: number;
}

/** Some half a minute in all, unless the server asks for more. */
export const usualPatience: Patience = { attempts: 8, first: 400, longest: 12_000 };

/** The longest wait that a server may ask for, in milliseconds. */
const longestAsked = 120_000;

/** Whether a status may be another one in a moment; 0 stands for no answer. */
export function isPassing(status: number): boolean {
  return status === 0 || status === 408 || status === 425 || status === 429 || status >= 500;
}

/**
 * How many milliseconds to wait after the attempt of that number: a random part of an exponentially growing span, and
 * no less than the server's Retry-After (seconds or an HTTP date; RFC 9110, 10.2.3).
 */
export function waitOf(
  { retryAfter }: { retryAfter?: string | null },
  attempt: number,
  { first, longest }: Patience,
): number {
  const jittered = Math.random() * Math.min(longest, first * 2 ** (attempt - 1));
  return Math.min(longestAsked, askedFor(retryAfter)) + jittered;
}

function askedFor(retryAfter: string | null | undefined): number {
  if (!retryAfter) return 0;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}
