import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App } from "aws-cdk-lib";
import { afterAll } from "vitest";
import type { NamedRoute } from "../../functions/api.ts";
import { bundleHandlers } from "../../lib/bundle.ts";
import { checkEverySynth } from "../../lib/constructs/findings.ts";
import { PraxisStack } from "../../lib/praxis-stack.ts";

export interface Resource {
  Type: string;
  // What CloudFormation takes: any JSON, intrinsic functions within it.
  Properties: Record<string, never>;
  DeletionPolicy?: string;
}

export type Resources = Record<string, Resource>;

/** `cdk.json`'s context. */
export function context(): Record<string, unknown> {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, "../../cdk.json"), "utf8")).context;
}

/** The stack as `npx cdk synth` makes it: the settings of cdk.json, every handler bundled, every check on. */
export function synthesised() {
  const directory = mkdtempSync(join(tmpdir(), "praxis-synth-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  const app = new App({ context: context(), outdir: join(directory, "cdk.out") });
  const stack = new PraxisStack(app, "Praxis", { code: bundleHandlers(join(directory, "functions")) });
  checkEverySynth(app);
  const assembly = app.synth();
  const { Resources: resources, Outputs: outputs } = assembly.getStackByName("Praxis").template;
  const report = JSON.parse(readFileSync(join(assembly.directory, "validation-report.json"), "utf8"));
  return {
    stack,
    directory,
    report,
    resources: resources as Resources,
    outputs: outputs as Record<string, { Value: unknown }>,
  };
}

/** The resources of a type, by logical id. */
export function ofType(resources: Resources, type: string): [id: string, Resource][] {
  return Object.entries(resources).filter(([, { Type }]) => Type === type);
}

/** The only resource of a type. */
export function theOnly(resources: Resources, type: string): Resource {
  const [[, only] = [], ...more] = ofType(resources, type);
  if (!only || more.length > 0) throw new Error(`expected one ${type}`);
  return only;
}
