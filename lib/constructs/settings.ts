import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Node } from "constructs";
import * as z from "zod/mini";

/** What a deployer chooses: `praxis:…` in cdk.json's context, or `-c praxis:…=…` on the command line. */
export interface Settings {
  /** Origins that browsers may call from. */
  origins: readonly string[];
  /** Whom the alarms are mailed to; nobody where it is empty. */
  alarmMail: string;
  logRetentionDays: RetentionDays;
  /** For how long no copy of the audit trail can be deleted, by nobody; six years are 45 CFR 164.316(b)(2)(i). */
  auditRetentionDays: number;
  /** How many requests one IP address may send in five minutes. A clinic's whole staff may share one address. */
  rateLimitPerFiveMinutes: number;
  /** Requests per second that the API takes from all callers together, and how many at once. */
  throttleRate: number;
  throttleBurst: number;
  /** `on`: a document is given out only once a scanner has found it clean. */
  scanGate: "on" | "off";
}

/** A setting that cannot be; its message is one line for the deployer. */
export class WrongSetting extends Error {}

const retentions = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === "number" && days < 9999,
);

/** The command line knows strings only. */
function orText<Schema extends z.core.$ZodType>(read: (text: string) => unknown, schema: Schema) {
  return z.pipe(
    z.transform((value: unknown) => (typeof value === "string" ? read(value) : value)),
    schema,
  );
}

function wholeNumber(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`;
  return orText(Number, z.int({ error }).check(z.minimum(min, { error }), z.maximum(max, { error })));
}

const origins = "at least one origin, such as https://desk.example.org; http only for localhost";
const origin = z.string({ error: origins }).check(z.refine(isOrigin, { error: origins }));
const mail = "an e-mail address, or nothing";
const days = `a number of days that CloudWatch Logs knows: ${retentions.join(", ")}`;

const shape = {
  origins: orText(
    (text) => text.split(","),
    z.array(origin, { error: origins }).check(z.minLength(1, { error: origins })),
  ),
  alarmMail: z.string({ error: mail }).check(z.regex(/^$|^[^@\s]+@[^@\s]+\.[^@\s]+$/, { error: mail })),
  logRetentionDays: orText(Number, z.literal(retentions, { error: days })),
  auditRetentionDays: wholeNumber(1, 36_500),
  rateLimitPerFiveMinutes: wholeNumber(10, 2_000_000_000),
  throttleRate: wholeNumber(1, 10_000),
  throttleBurst: wholeNumber(1, 5000),
  scanGate: z.enum(["on", "off"], { error: "on or off" }),
};

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url?.origin === text && (url.protocol === "https:" || url.hostname === "localhost");
}

/** Reads and checks the settings. Throws WrongSetting, which names the first wrong one and what it should be. */
export function settingsOf(node: Node): Settings {
  const chosen = Object.entries(node.getAllContext()).filter(([key]) => key.startsWith("praxis:"));
  const named = Object.fromEntries(chosen.map(([key, value]) => [key.slice("praxis:".length), value]));
  const unknown = Object.keys(named).find((name) => !(name in shape));
  if (unknown) throw new WrongSetting(`praxis:${unknown}: no such setting; there are ${Object.keys(shape).join(", ")}`);
  const read = z.object(shape).safeParse(named);
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0] as z.core.$ZodIssue;
  throw new WrongSetting(`praxis:${String(path[0])} in cdk.json: expected ${message}`);
}
