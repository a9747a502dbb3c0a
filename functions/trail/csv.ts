const columns = [
  "at",
  "action",
  "outcome",
  "code",
  "patient",
  "target",
  "user",
  "role",
  "person",
  "breakGlass",
  "overrode",
  "replayed",
  "namesake",
  "from",
  "requestId",
  "id",
] as const;

type Cell = string | boolean | readonly string[] | undefined;

/** Entries as CSV (RFC 4180): a line of names, then a line each, ended by CRLF. */
export function csvOf(entries: readonly Partial<Record<(typeof columns)[number], Cell>>[]): string {
  const rows = entries.map((entry) => columns.map((column) => cell(entry[column])));
  return [columns, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

function cell(value: Cell): string {
  const text = typeof value === "object" ? value.join(" ") : String(value ?? "");
  // A spreadsheet would take it for a formula.
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
