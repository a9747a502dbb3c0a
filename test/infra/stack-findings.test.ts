import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, NestedStack, Stack, Validations } from "aws-cdk-lib";
import { CfnLogGroup } from "aws-cdk-lib/aws-logs";
import { describe, expect, it } from "vitest";
import { AlarmTopic } from "../../lib/constructs/alarm-topic.ts";
import { checkEverySynth } from "../../lib/constructs/findings.ts";
import { settingsOf } from "../../lib/constructs/settings.ts";
import { type StackTemplate, templatesIn } from "./as-one.ts";
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

const { stack, assembly } = synthesised({ whole: true });
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

  const places = [
    ["a stack", (app: App) => new Stack(app, "Outer")],
    ["a nested stack", (app: App) => new NestedStack(new Stack(app, "Outer"), "Inner")],
  ] as const;

  it.each(places)("fails on a finding that is not accepted in %s", (_, stackIn) => {
    const app = new App({ context: context() });
    new CfnLogGroup(stackIn(app), "Log");
    checkEverySynth(app);
    expect(() => app.synth()).toThrow(/CloudWatchLogGroupEncrypted/);
  });

  it.each(places)("fails on a template of %s that CloudFormation would refuse", (_, stackIn) => {
    const app = new App({ context: context() });
    new CfnLogGroup(stackIn(app), "Log").addPropertyOverride("Nonsense", 1);
    checkEverySynth(app);
    expect(() => app.synth()).toThrow(/Nonsense/);
  });

  it("says so where nobody hears the alarms", () => {
    const app = new App();
    const { node } = new AlarmTopic(new Stack(app, "Silent"), "Alarms", { mail: "" });
    expect(node.metadata.map(({ data }) => data)).toEqual([expect.stringContaining("Nobody hears the alarms")]);
  });
});

describe.each(templatesIn(assembly))("%s", (_, text) => {
  it("is far from CloudFormation's limits: 500 resources, 200 parameters, 200 outputs, 1 MB", () => {
    const { Resources, Parameters = {}, Outputs = {} } = JSON.parse(text) as StackTemplate;
    expect(Object.keys(Resources).length).toBeLessThan(300);
    expect(Object.keys(Parameters).length).toBeLessThan(150);
    expect(Object.keys(Outputs).length).toBeLessThan(150);
    expect(Buffer.byteLength(text)).toBeLessThan(500_000);
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
