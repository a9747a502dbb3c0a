import { dirname, join } from "node:path";
import {
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  NestedStack,
  type PolicyValidationPluginReport,
  type PolicyValidationStack,
} from "aws-cdk-lib";

/** CloudFormation's own template rules. The CDK's plugin by itself looks at no template of a nested stack. */
export class TemplateRules extends CloudFormationValidatePlugin {
  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const nested = context.appConstruct.node.findAll().filter((construct) => NestedStack.isNestedStack(construct));
    const stackTemplates = context.stackTemplates.flatMap((outer): PolicyValidationStack[] => [
      outer,
      ...nested
        .filter(({ node }) => node.path.startsWith(`${outer.stackConstructPath}/`))
        .map(({ node, templateFile }) => ({
          ...outer,
          stackConstructPath: node.path,
          templatePath: join(dirname(outer.templatePath), templateFile),
        })),
    ]);
    return super.validate({ ...context, stackTemplates });
  }
}
