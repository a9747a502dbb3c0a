import { readFileSync } from "node:fs";

/** One step of the README's first session: what to type, and what is printed. */
export interface Step {
  commands: string;
  output: string;
}

/** The steps of the README's first session, in order. */
export function firstSession(): Step[] {
  const text = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const session = text.split("\n## A first session\n")[1]?.split("\n## ")[0] ?? "";
  const blocks = [...session.matchAll(/```(sh|json|text)\n(.*?)```/gs)].map(([, kind, body]) => ({
    kind,
    body: body as string,
  }));
  return blocks.flatMap(({ kind, body }, place) =>
    kind === "sh"
      ? { commands: body, output: blocks[place + 1]?.kind === "sh" ? "" : (blocks[place + 1]?.body ?? "") }
      : [],
  );
}
