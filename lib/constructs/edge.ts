import { ArnFormat, Stack } from "aws-cdk-lib";
import type { Stage } from "aws-cdk-lib/aws-apigateway";
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import { edgeRules, visibilityOf } from "./edge-rules.ts";
import type { Logs } from "./logs.ts";
import { stackMark } from "./stack-mark.ts";

export interface EdgeProps {
  stage: Stage;
  logs: Logs;
  settings: { rateLimitPerFiveMinutes: number };
}

/** The firewall before the API: AWS's rules against known attacks, and a limit on what one address may ask. */
export class Edge extends Construct {
  constructor(scope: Construct, id: string, { stage, logs, settings }: EdgeProps) {
    super(scope, id);
    const firewall = new CfnWebACL(this, "Firewall", {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rules: edgeRules(settings.rateLimitPerFiveMinutes),
      visibilityConfig: visibilityOf("Praxis"),
    });
    new CfnWebACLAssociation(this, "BeforeTheApi", { webAclArn: firewall.attrArn, resourceArn: stage.stageArn });
    new CfnLoggingConfiguration(this, "Logging", {
      resourceArn: firewall.attrArn,
      logDestinationConfigs: [this.#logArn(logs)],
      // The API's own access log tells of what passed; a request's query may tell of a patient, its token or a calendar's address opens the door.
      loggingFilter: { DefaultBehavior: "DROP", Filters: [keepBlockedAndCounted] },
      redactedFields: [{ uriPath: {} }, { queryString: {} }, { singleHeader: { Name: "authorization" } }],
    });
  }

  /** WAF writes only to log groups named `aws-waf-logs-…`. */
  #logArn(logs: Logs): string {
    const { logGroupName } = logs.group(this, "Log", `aws-waf-logs-praxis-${stackMark(this)}`);
    // Not the group's own attribute, which ends with the ":*" that WAF refuses.
    return Stack.of(this).formatArn({
      service: "logs",
      resource: "log-group",
      resourceName: logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

const keepBlockedAndCounted = {
  Behavior: "KEEP",
  Requirement: "MEETS_ANY",
  Conditions: ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"].map((Action) => ({ ActionCondition: { Action } })),
};
