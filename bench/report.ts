/** How much is measured. */
export interface Size {
  /** Operations measured one at a time, and 16 at a time. */
  alone: number;
  together: number;
  /** Crowds of bookings. */
  crowds: number;
  /** Times that each handler is loaded. */
  loads: number;
}

/** An aim, what was seen, and whether it holds. What is not met is a matter of time, unless it is of correctness. */
export interface Verdict {
  aim: string;
  seen: string;
  holds: boolean;
  isCorrectness?: boolean;
}

/** What a section of the bench found out. */
export interface Finding {
  title: string;
  /** For people. */
  text: string;
  /** For programs. */
  raw: unknown;
  verdicts: Verdict[];
}

/** Rows under a head, each column as wide as its widest cell; the first is set left, the others right. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return all.map(line).join("\n");
}
