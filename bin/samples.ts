import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { samples } from "../lib/samples/generate.ts";

// Writes samples/ anew; what it writes never changes unless the generator does.
for (const [name, text] of samples()) {
  writeFileSync(join(import.meta.dirname, "../samples", name), text);
  process.stdout.write(`samples/${name}: ${text.split("\n").length - 1} resources\n`);
}
