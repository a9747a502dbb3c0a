import type { Finding, Verdict } from "./evidence.ts";

/** What is said of a clinic's trail: one line where all holds, else the first thing wrong, and how much more there is. */
export function told({ clinic, findings, entries, sealed, waiting }: Verdict): string {
  const state = `${entries} entries, sealed to number ${sealed.seq}${sealed.at ? ` at ${sealed.at}` : ""}`;
  const more = waiting > 0 ? `; ${waiting} are waiting to be linked` : "";
  const [first, ...others] = findings;
  if (!first) return `${clinic}: whole. ${state}${more}.`;
  const rest = others.slice(0, 20).map((finding) => `  then ${line(finding)}`);
  const left = others.length > rest.length ? [`  and ${others.length - rest.length} more`] : [];
  return [`${clinic}: NOT WHOLE. ${state}${more}.`, `  first ${line(first)}`, ...rest, ...left].join("\n");
}

function line({ wrong, seq, entry, because }: Finding): string {
  const where = [seq === undefined ? "" : ` number ${seq}`, entry ? ` ${entry.pk} ${entry.sk}` : ""].join("");
  return `${wrong}:${where} (${because})`;
}
