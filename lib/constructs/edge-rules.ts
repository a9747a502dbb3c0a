import type { CfnWebACL } from "aws-cdk-lib/aws-wafv2";

/**
 * Rules of AWS's common set that count here and do not block, since what they take for an attack is what this API is
 * for. Bodies reach the functions up to 256 KB, and each function refuses what is longer or is not of its schema.
 */
const counted = [
  // Blocks bodies over 8 KB: a clinical note may have 100,000 characters.
  "SizeRestrictions_BODY",
  // Blocks queries over 2 KB: a name of 200 characters in Chinese takes 1.8 KB of it, a page's cursor up to 2 KB.
  "SizeRestrictions_QUERYSTRING",
  // Takes notes such as "RR <script illegible>" for a script. The API answers JSON only, which no browser runs.
  "CrossSiteScripting_BODY",
];

/** The firewall's rules, in the order in which they are asked; the cheapest first. */
export function edgeRules(requestsPerFiveMinutes: number): CfnWebACL.RuleProperty[] {
  const rules = [
    limitPerAddress(requestsPerFiveMinutes),
    managed("AWSManagedRulesAmazonIpReputationList"),
    managed("AWSManagedRulesKnownBadInputsRuleSet"),
    managed("AWSManagedRulesCommonRuleSet", counted),
  ];
  return rules.map((rule, priority) => ({ ...rule, priority, visibilityConfig: visibilityOf(rule.name) }));
}

/** What is measured of a rule. No samples: they would show requests as they came, query and all. */
export function visibilityOf(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}

type Rule = Pick<CfnWebACL.RuleProperty, "name" | "statement" | "action" | "overrideAction">;

function limitPerAddress(limit: number): Rule {
  const customResponse = { responseCode: 429, responseHeaders: [{ name: "Retry-After", value: "300" }] };
  return {
    name: "LimitPerAddress",
    statement: { rateBasedStatement: { aggregateKeyType: "IP", evaluationWindowSec: 300, limit } },
    action: { block: { customResponse } },
  };
}

function managed(name: string, countedRules: readonly string[] = []): Rule {
  return {
    name,
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ruleActionOverrides: countedRules.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    overrideAction: { none: {} },
  };
}
