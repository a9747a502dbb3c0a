import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NestedStack, type Stack } from "aws-cdk-lib";
import type { Resources } from "./synthesised.ts";

export interface StackTemplate {
  Resources: Resources;
  Outputs?: Record<string, { Value: unknown }>;
  Parameters?: Record<string, unknown>;
}

/** A nested stack's template, and what its parent tells it; who it is, it knows. */
interface Nested {
  template: StackTemplate;
  told: Record<string, unknown>;
}

/** Every template of a synth, by the name of its file. */
export function templatesIn(assembly: string): [file: string, text: string][] {
  const files = readdirSync(assembly).filter((name) => name.endsWith(".template.json"));
  return files.map((file) => [file, readFileSync(join(assembly, file), "utf8")]);
}

/**
 * A stack's template and those of the stacks nested in it as one: where a nested stack is told something by a parameter,
 * or tells it by an output, stands what is meant, so that a resource is referred to in one way wherever it lies.
 */
export function asOne(stack: Stack, assembly: string): Required<Pick<StackTemplate, "Resources" | "Outputs">> {
  const templates = new Map(templatesIn(assembly).map(([file, text]) => [file, JSON.parse(text) as StackTemplate]));
  const parent = templates.get(stack.templateFile) as StackTemplate;
  const nested = new Map(
    stack.node
      .findAll()
      .filter((construct) => NestedStack.isNestedStack(construct))
      .map(({ templateFile, nestedStackResource }) => {
        const id = String(stack.resolve(nestedStackResource?.logicalId));
        const told = parent.Resources[id]?.Properties["Parameters"] as Record<string, unknown>;
        return [
          id,
          { template: templates.get(templateFile) as StackTemplate, told: { ...told, "AWS::StackId": { Ref: id } } },
        ];
      }),
  );

  const inParent = <Value>(value: Value): Value =>
    replaced(value, (part) => {
      const [id = "", output = ""] = (part["Fn::GetAtt"] ?? []) as string[];
      const named = nested.get(id);
      return named && inNested(named.template.Outputs?.[output.replace("Outputs.", "")]?.Value, named);
    });
  const inNested = <Value>(value: Value, { told }: Nested): Value =>
    replaced(value, ({ Ref }) => (typeof Ref === "string" && Ref in told ? inParent(told[Ref]) : undefined));

  const resources = [
    inParent(parent.Resources),
    ...[...nested.values()].map((each) => inNested(each.template.Resources, each)),
  ].flatMap((each) => Object.entries(each));
  const ids = new Set(resources.map(([id]) => id));
  if (ids.size < resources.length) throw new Error("two templates call different resources by one name");
  return { Resources: Object.fromEntries(resources), Outputs: inParent(parent.Outputs ?? {}) };
}

/** A part of a template in which every object that stands for another is replaced by it. */
function replaced<Value>(value: Value, meant: (part: Record<string, unknown>) => unknown): Value {
  if (typeof value !== "object" || value === null) return value;
  const text = JSON.stringify(value);
  return JSON.parse(text, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? (meant(part as Record<string, unknown>) ?? part)
      : part,
  ) as Value;
}
