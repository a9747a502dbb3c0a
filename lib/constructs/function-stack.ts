import { NestedStack } from "aws-cdk-lib";
import type { Construct } from "constructs";

/**
 * A nested stack of functions. CloudFormation takes 500 resources in a template, and a function is four of them: itself, its
 * role, its policy and its log.
 */
export class FunctionStack extends NestedStack {
  constructor(scope: Construct, id: string, { description }: { description: string }) {
    super(scope, id, { description, suppressTemplateIndentation: true });
    // The names of its functions and logs begin with its own, and Lambda's names hold 64 characters.
    this.nestedStackResource?.overrideLogicalId(id);
  }
}
