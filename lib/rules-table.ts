import { type relations, rules } from "../functions/access/rules.ts";
import { type DataClass, roles } from "../functions/kernel/route.ts";

/** Whose data a role may touch, in words. */
const words: Record<(typeof relations)[number], string> = {
  self: "own",
  proxy: "as proxy",
  "care-team": "care team",
  "break-glass": "break-glass",
  "same-clinic": "clinic",
};

const classes: readonly DataClass[] = [
  "demographics",
  "agreements",
  "scheduling",
  "clinical",
  "sensitive",
  "audit",
  "retention",
  "settings",
];
const mark = "<!-- rules: npm run openapi -->";

/** The access rules as a table in Markdown: what a role may read and write of each class of data, by relation. */
function rulesTable(): string {
  const cell = (role: (typeof roles)[number], name: DataClass) =>
    (["read", "write"] as const)
      .flatMap((action) => {
        const allowed = rules[role][name]?.[action];
        return allowed ? `${action}: ${allowed.map((relation) => words[relation]).join(", ")}` : [];
      })
      .join("; ");
  return [
    `| | ${roles.join(" | ")} |`,
    `|---|${roles.map(() => "---|").join("")}`,
    ...classes.map((name) => `| ${name} | ${roles.map((role) => cell(role, name)).join(" | ")} |`),
  ].join("\n");
}

/** A page with the table between its marks as the rules are today. */
export function withRulesTable(page: string): string {
  const [before, , after] = page.split(mark);
  if (before === undefined || after === undefined) throw new Error("the page has no place for the table of rules");
  return [before, `\n${rulesTable()}\n`, after].join(mark);
}
