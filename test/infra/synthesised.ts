import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App } from "aws-cdk-lib";
import { afterAll } from "vitest";
import { api } from "../../functions/api.ts";
import { workers } from "../../functions/workers.ts";
import { bundleHandlers } from "../../lib/bundle.ts";
import { checkEverySynth } from "../../lib/constructs/findings.ts";
import { PraxisStack } from "../../lib/praxis-stack.ts";
import { asOne } from "./as-one.ts";

/** A resource of a template; its properties as a test looks at them. */
export interface Resource<Properties = Record<string, unknown>> {
  Type: string;
  Properties: Properties;
  DeletionPolicy?: string;
}

export type Resources = Record<string, Resource>;

/** A reference to another resource's attribute, or to the resource itself. */
export const attribute = (id: string, name = "Arn") => ({ "Fn::GetAtt": [id, name] });
export const reference = (id: string) => ({ Ref: id });

/** `cdk.json`'s context, and someone who hears the alarms. */
export function context(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../cdk.json"), "utf8"));
  return { ...context, "praxis:alarmMail": "alarms@example.org" };
}

/**
 * The stack of cdk.json's settings, with the resources of the nested ones. `whole`: as `npx cdk synth` makes it, with every handler bundled and every check on,
 * which takes five seconds longer; the templates are the same without, but for the hashes of the code.
 */
export function synthesised({ whole = false } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "praxis-synth-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  const app = new App({
    context: context(),
    outdir: join(directory, "cdk.out"),
    builtinCloudFormationValidation: whole,
  });
  const code = join(directory, "functions");
  const stack = new PraxisStack(app, "Praxis", { code: whole ? bundleHandlers(code) : emptyHandlers(code) });
  if (whole) checkEverySynth(app);
  const assembly = app.synth().directory;
  const { Resources: resources, Outputs: outputs } = asOne(stack, assembly);
  return { stack, resources, outputs, assembly };
}

function emptyHandlers(outdir: string): string {
  for (const { handler } of [...api, ...workers]) {
    mkdirSync(join(outdir, handler), { recursive: true });
    writeFileSync(join(outdir, handler, "index.js"), "");
  }
  return outdir;
}

/** The resources of a type, with their logical ids. */
export function ofType<Properties = Resource["Properties"]>(
  resources: Resources,
  type: string,
): [id: string, Resource<Properties>][] {
  return Object.entries(resources).filter(([, { Type }]) => Type === type) as [string, Resource<Properties>][];
}

/** The only resource of a type. */
export function theOnly<Properties = Resource["Properties"]>(resources: Resources, type: string): Resource<Properties> {
  const [first, ...more] = ofType<Properties>(resources, type);
  if (!first || more.length > 0) throw new Error(`expected one ${type}`);
  return first[1];
}
