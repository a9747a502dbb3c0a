import { describe, expect, it } from "vitest";
import { attribute, context, ofType, reference, synthesised, theOnly } from "./synthesised.ts";

const { resources } = synthesised();

describe("who signs in", () => {
  it("was invited, has a long password, a second factor and a way back by e-mail", () => {
    expect(theOnly(resources, "AWS::Cognito::UserPool")).toMatchObject({
      DeletionPolicy: "Retain",
      Properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        MfaConfiguration: "ON",
        EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
        Policies: { PasswordPolicy: { MinimumLength: 12 } },
        AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email" }] },
        UserPoolTier: "PLUS",
        UserPoolAddOns: { AdvancedSecurityMode: "ENFORCED" },
        DeletionProtection: "ACTIVE",
      },
    });
  });

  it("sends no password, keeps a token for 15 minutes and can be signed out", () => {
    expect(theOnly(resources, "AWS::Cognito::UserPoolClient").Properties).toMatchObject({
      GenerateSecret: false,
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      AccessTokenValidity: 15,
      IdTokenValidity: 15,
      RefreshTokenValidity: 720,
      TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "minutes" },
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: "ENABLED",
    });
  });
});

interface FirewallRule {
  Name: string;
  Statement: {
    RateBasedStatement?: { Limit: number };
    ManagedRuleGroupStatement?: { RuleActionOverrides: { Name: string; ActionToUse: unknown }[] };
  };
  VisibilityConfig: { SampledRequestsEnabled: boolean };
}

describe("the firewall", () => {
  const { Rules } = theOnly<{ Rules: FirewallRule[] }>(resources, "AWS::WAFv2::WebACL").Properties;

  it("stands before the API's stage", () => {
    const [[stage] = []] = ofType(resources, "AWS::ApiGateway::Stage");
    const { ResourceArn } = theOnly(resources, "AWS::WAFv2::WebACLAssociation").Properties;
    expect(JSON.stringify(ResourceArn)).toContain(`/stages/",${JSON.stringify(reference(String(stage)))}`);
  });

  it("limits what one address may ask, and knows common attacks and bad addresses", () => {
    expect(Rules.map(({ Name }) => Name)).toEqual([
      "LimitPerAddress",
      "AWSManagedRulesAmazonIpReputationList",
      "AWSManagedRulesKnownBadInputsRuleSet",
      "AWSManagedRulesCommonRuleSet",
    ]);
    expect(Rules[0]?.Statement.RateBasedStatement?.Limit).toBe(context()["praxis:rateLimitPerFiveMinutes"]);
  });

  it("lets long notes and long queries through to the functions, which know how long they may be", () => {
    const overridden = Rules.flatMap(({ Statement }) => Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? []);
    expect(overridden).toEqual(
      ["SizeRestrictions_BODY", "SizeRestrictions_QUERYSTRING", "CrossSiteScripting_BODY"].map((Name) => ({
        Name,
        ActionToUse: { Count: {} },
      })),
    );
  });

  it("shows neither path, query nor token of a request, in logs or samples", () => {
    expect(theOnly(resources, "AWS::WAFv2::LoggingConfiguration").Properties).toMatchObject({
      RedactedFields: [{ UriPath: {} }, { QueryString: {} }, { SingleHeader: { Name: "authorization" } }],
    });
    expect(Rules.map(({ VisibilityConfig }) => VisibilityConfig.SampledRequestsEnabled)).toEqual(
      Rules.map(() => false),
    );
  });
});

describe("an alarm", () => {
  const [[topic] = []] = ofType(resources, "AWS::SNS::Topic");

  it("is told to an encrypted topic", () => {
    const alarms = ofType<{ AlarmActions: unknown[] }>(resources, "AWS::CloudWatch::Alarm");
    expect(alarms).toHaveLength(8);
    for (const [id, { Properties }] of alarms) expect(Properties.AlarmActions, id).toEqual([reference(String(topic))]);
    expect(resources[String(topic)]?.Properties["KmsMasterKeyId"]).toEqual(attribute(expect.any(String)));
  });

  it("is mailed to whom the settings name", () => {
    expect(theOnly(resources, "AWS::SNS::Subscription").Properties).toEqual({
      Protocol: "email",
      Endpoint: context()["praxis:alarmMail"],
      TopicArn: reference(String(topic)),
    });
  });

  it("goes off when a key that data depends on is to be deleted or is disabled", () => {
    const rules = ofType(resources, "AWS::Events::Rule").map(([, { Properties }]) => Properties);
    const ofKeys = (rule: (typeof rules)[number]) => JSON.stringify(rule["EventPattern"] ?? {}).includes("aws.kms");
    const [watching, ...more] = rules.filter(ofKeys);
    expect(more).toEqual([]);
    expect(watching).toMatchObject({
      EventPattern: {
        detail: {
          eventName: ["ScheduleKeyDeletion", "DisableKey"],
          resources: { ARN: Array.from({ length: 4 }, () => attribute(expect.any(String))) },
        },
      },
      Targets: [{ Arn: reference(String(topic)) }],
    });
  });
});
