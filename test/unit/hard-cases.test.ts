import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** The table of hard cases in docs/testing.md: the case's number, the file and the test that hold it. */
const held = [...readFileSync("docs/testing.md", "utf8").matchAll(/^\| (\d+) \|[^|]*\| `([^`]+)` \| (.+) \|$/gm)].map(
  ([, row, file = "", name = ""]) => ({ row: Number(row), file, name }),
);

test("every hard case is held by some test", () => {
  const expected = [...span(1, 10), ...span(20, 35), ...span(40, 51)];
  expect([...new Set(held.map(({ row }) => row))]).toEqual(expect.arrayContaining(expected));
});

test.each(held)("case $row is held by a test that is there: $name", ({ file, name }) => {
  const path = [`test/api/${file}`, `test/${file}`].find((each) => existsSync(each));
  expect(path && readFileSync(path, "utf8")).toContain(`"${name}"`);
});

function span(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}
