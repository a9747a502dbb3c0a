import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

describe("the linter", () => {
  /** Imports that the house forbids, and as many that it allows: a file, what it imports, and whether it may. */
  const probes: [file: string, from: string, isAllowed: boolean][] = [
    ["functions/kernel/probe.ts", "../patients/model.ts", false],
    ["functions/kernel/probe.ts", "./table.ts", true],
    ["functions/patients/routes.ts", "./store.ts", false],
    ["functions/patients/routes.ts", "../services/routes.ts", true],
    ["functions/patients/model.ts", "../kernel/table.ts", false],
    ["functions/patients/model.ts", "@aws-sdk/client-dynamodb", false],
    ["functions/patients/model.ts", "../kernel/problem.ts", true],
    ["functions/appointments/day-book.ts", "./store.ts", false],
    ["functions/appointments/book.ts", "../patients/register.ts", false],
    ["functions/appointments/cancel.ts", "../patients/store.ts", true],
    ["functions/appointments/hold.ts", "zod", false],
    ["lib/praxis-stack.ts", "../functions/patients/store.ts", false],
    ["lib/constructs/api.ts", "../../functions/patients/register.ts", false],
    ["lib/constructs/storage.ts", "../../functions/kernel/env.ts", true],
    ["lib/tables.ts", "../functions/api.ts", true],
    ["lib/constructs/workers.ts", "../../functions/workers.ts", true],
    ["lib/constructs/workers.ts", "../../functions/waitlist/offer.ts", false],
  ];
  let folder: string;
  let refused: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "praxis-architecture-"));
    await symlink(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, ".gitignore"), "node_modules/\n");
    await writeFile(join(folder, "biome.json"), await readFile("biome.json"));
    for (const [place, [file, from]] of probes.entries()) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), `import { a${place} } from "${from}";\nconsole.info(a${place});\n`, {
        flag: "a",
      });
    }
    refused = await lint(folder);
  });

  afterAll(() => rm(folder, { recursive: true }));

  test.each(probes.filter(([, , isAllowed]) => !isAllowed))("does not let %s import %s", (file, from) => {
    expect(refused).toContain(`${file} ${from}`);
  });

  test.each(probes.filter(([, , isAllowed]) => isAllowed))("lets %s import %s", (file, from) => {
    expect(refused).not.toContain(`${file} ${from}`);
  });
});

interface Finding {
  location: { path: string; start: { line: number } };
}

/** Each import that the linter refuses in a folder, as its file and what it imports. */
async function lint(folder: string): Promise<string[]> {
  const args = ["lint", "--only=style/noRestrictedImports", "--reporter=json", "--max-diagnostics=none"];
  const report = await new Promise<string>((resolve) => {
    // The exit code tells only that something was refused, as is intended here.
    execFile(join(process.cwd(), "node_modules/.bin/biome"), args, { cwd: folder }, (_, stdout) => resolve(stdout));
  });
  const { diagnostics } = JSON.parse(report) as { diagnostics: Finding[] };
  return Promise.all(
    diagnostics.map(async ({ location: { path, start } }) => {
      const line = (await readFile(join(folder, path), "utf8")).split("\n")[start.line - 1];
      return `${path} ${/"(.+)"/.exec(line ?? "")?.[1]}`;
    }),
  );
}
