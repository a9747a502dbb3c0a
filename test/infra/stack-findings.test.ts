import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Stack, Validations } from "aws-cdk-lib";
import { CfnLogGroup } from "aws-cdk-lib/aws-logs";
import { describe, expect, it } from "vitest";
import { AlarmTopic } from "../../lib/constructs/alarm-topic.ts";
import { checkEverySynth } from "../../lib/constructs/findings.ts";
import { settingsOf } from "../../lib/constructs/settings.ts";
import { context, synthesised } from "./synthesised.ts";

interface Report {
  pluginReports: {
    pluginName: string;
    conclusion: string;
    violations: { ruleName: string }[];
    suppressedViolations?: {
      acknowledgedId: string;
      acknowledgedAt: string;
      reason: string;
      violatingConstructs: unknown[];
    }[];
  }[];
}

const { stack, resources, assembly } = synthesised({ whole: true });
const { pluginReports }: Report = JSON.parse(readFileSync(join(assembly, "validation-report.json"), "utf8"));
const accepted = pluginReports.flatMap(({ suppressedViolations = [] }) => suppressedViolations);

describe("the synth", () => {
  it("leaves no finding of HIPAA Security, AWS Solutions or CloudFormation's rules", () => {
    expect(pluginReports.map(({ pluginName }) => pluginName)).toEqual(
      expect.arrayContaining(["HIPAA.Security", "AwsSolutions"]),
    );
    expect(pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it("accepts no finding that is not there", () => {
    const acknowledged = stack.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) => Object.keys(data as Record<string, string>).map((id) => `${node.path} ${id}`)),
      );
    const hiding = accepted.filter(({ violatingConstructs }) => violatingConstructs.length > 0);
    expect(acknowledged.sort()).toEqual(
      hiding.map(({ acknowledgedAt, acknowledgedId }) => `${acknowledgedAt} ${acknowledgedId}`).sort(),
    );
  });

  it("has a sentence of reason for every finding accepted", () => {
    for (const { reason } of accepted) expect(reason).toMatch(/^[A-Za-z:].{40,}\.$/);
  });

  it("fails on a finding that is not accepted", () => {
    const app = new App({ context: context() });
    new CfnLogGroup(new Stack(app, "Open"), "Log");
    checkEverySynth(app);
    expect(() => app.synth()).toThrow(/CloudWatchLogGroupEncrypted/);
  });

  it("fails on a template that CloudFormation would refuse", () => {
    const app = new App({ context: context() });
    new CfnLogGroup(new Stack(app, "Wrong"), "Log").addPropertyOverride("Nonsense", 1);
    expect(() => app.synth()).toThrow(/Nonsense/);
  });

  it("says so where nobody hears the alarms", () => {
    const app = new App();
    const { node } = new AlarmTopic(new Stack(app, "Silent"), "Alarms", { mail: "" });
    expect(node.metadata.map(({ data }) => data)).toEqual([expect.stringContaining("Nobody hears the alarms")]);
  });

  it("stays far from CloudFormation's limits of 500 resources and 1 MB", () => {
    expect(Object.keys(resources).length).toBeLessThan(490);
    expect(readFileSync(join(assembly, "Praxis.template.json")).byteLength).toBeLessThan(800_000);
  });
});

describe("the settings", () => {
  const read = (changed: Record<string, unknown>) =>
    settingsOf(new App({ context: { ...context(), ...changed } }).node);

  it("are read from cdk.json, and from the command line as text", () => {
    const given = { "praxis:origins": "https://a.example,http://localhost:5173", "praxis:throttleRate": "7" };
    expect(read({})).toMatchObject({ logRetentionDays: 2192, throttleRate: 100 });
    expect(read(given)).toMatchObject({ origins: ["https://a.example", "http://localhost:5173"], throttleRate: 7 });
  });

  it.each([
    ["praxis:origins", [], /^praxis:origins in cdk.json: expected at least one origin/],
    ["praxis:origins", ["https://a.example/"], /^praxis:origins in cdk.json: expected at least one origin/],
    ["praxis:origins", ["http://a.example"], /^praxis:origins in cdk.json: expected at least one origin/],
    ["praxis:alarmMail", "nobody", /^praxis:alarmMail in cdk.json: expected an e-mail address/],
    [
      "praxis:logRetentionDays",
      17,
      /^praxis:logRetentionDays in cdk.json: expected a number of days that CloudWatch Logs knows/,
    ],
    [
      "praxis:rateLimitPerFiveMinutes",
      1,
      /^praxis:rateLimitPerFiveMinutes in cdk.json: expected a whole number from 10/,
    ],
    ["praxis:throttleBurst", "many", /^praxis:throttleBurst in cdk.json: expected a whole number from 1 to 5000/],
    ["praxis:orignis", [], /^praxis:orignis: no such setting; there are origins, /],
  ])("refuse %s of %j in one line", (name, value, message) => {
    expect(() => read({ [name]: value })).toThrow(message);
  });
});
