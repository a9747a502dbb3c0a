import { readFile, writeFile } from "node:fs/promises";
import { openapi } from "../lib/openapi.ts";

/*
 * Writes docs/openapi.json from the contract, or another file that is named. With --check it writes nothing, and fails
 * where the file is not what the contract says today.
 */

const isCheck = process.argv.includes("--check");
const named = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const file = named ?? new URL("../docs/openapi.json", import.meta.url);
const document = `${JSON.stringify(openapi(), null, 2)}\n`;

if (!isCheck) {
  await writeFile(file, document);
} else if ((await readFile(file, "utf8").catch(() => "")) !== document) {
  console.error(`${named ?? "docs/openapi.json"} is not what the contract says: run npm run openapi`);
  process.exitCode = 1;
}
