import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, HIPAASecurityChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { TemplateRules } from "./template-rules.ts";

/**
 * Has every synth checked against the HIPAA Security Rule's technical safeguards (45 CFR 164.312) and AWS's own
 * advice, as cdk-nag knows them, and against CloudFormation's rules. A finding that is not accepted fails the synth.
 */
export function checkEverySynth(app: App): void {
  Validations.of(app).addPlugins(new HIPAASecurityChecks(app), new AwsSolutionsChecks(app), new TemplateRules());
}

/** A finding by its rule, such as `HIPAA.Security-LambdaDLQ` or `AwsSolutions-IAM5[Resource::*]`. */
export type Finding = `${"HIPAA.Security" | "AwsSolutions"}-${string}`;

/**
 * Accepts a finding for a construct and all within it, for a reason that an auditor can weigh. It stays in the synth's
 * report (`cdk.out/validation-report.json`) as suppressed: only an id that names its pack does, any other vanishes.
 */
export function accept(construct: IConstruct, finding: Finding, reason: string): void {
  const pack = finding.slice(0, finding.indexOf("-"));
  Validations.of(construct).acknowledge({ id: `${pack}::${finding}`, reason });
}
