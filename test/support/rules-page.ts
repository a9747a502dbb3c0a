import { readFileSync } from "node:fs";
import type { Relation } from "../../functions/access/rules.ts";

const relationOf: Record<string, Relation> = {
  own: "self",
  "as proxy": "proxy",
  "care team": "care-team",
  "break-glass": "break-glass",
  clinic: "same-clinic",
};

/** The access rules as docs/security.md tells them: role, class of data and action, to the relations that suffice. */
export function rulesOfThePage(): Map<string, Relation[]> {
  const page = readFileSync("docs/security.md", "utf8");
  const lines = page
    .split("<!-- rules: npm run openapi -->")[1]
    ?.trim()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const [head = [], , ...rows] = lines ?? [];
  return new Map(
    rows.flatMap(([, name, ...cells]) =>
      cells.flatMap((cell, n) =>
        cell
          .split("; ")
          .filter(Boolean)
          .map((rule): [string, Relation[]] => {
            const [action, whose = ""] = rule.split(": ");
            return [`${head[n + 2]} ${name} ${action}`, whose.split(", ").map((each) => relationOf[each] as Relation)];
          }),
      ),
    ),
  );
}
