import { readFile, writeFile } from "node:fs/promises";
import { openapi } from "../lib/openapi.ts";
import { withRulesTable } from "../lib/rules-table.ts";

/*
 * Writes what docs/ tells of the code: docs/openapi.json from the contract, or another file that is named, and the table of
 * access rules in docs/security.md. With --check it writes nothing, and fails where a file is not what the code says today.
 */

const isCheck = process.argv.includes("--check");
const named = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const page = new URL("../docs/security.md", import.meta.url);

const told: [name: string, file: string | URL, text: string][] = [
  [
    named ?? "docs/openapi.json",
    named ?? new URL("../docs/openapi.json", import.meta.url),
    `${JSON.stringify(openapi(), null, 2)}\n`,
  ],
];
if (!named) told.push(["docs/security.md", page, withRulesTable(await readFile(page, "utf8"))]);

for (const [name, file, text] of told) {
  if (!isCheck) {
    await writeFile(file, text);
  } else if ((await readFile(file, "utf8").catch(() => "")) !== text) {
    console.error(`${name} is not what the code says: run npm run openapi`);
    process.exitCode = 1;
  }
}
