import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readTrails } from "../lib/audit/read.ts";
import { told } from "../lib/audit/report.ts";
import { verifyTrail } from "../lib/audit/verify.ts";
import { findRunning } from "../lib/local/running.ts";

const usage = `Checks that nothing of the audit trail was altered, deleted, added, reordered or cut off.

  npm run audit:verify [-- [--clinic cln_...] [--json] [--outputs FILE]]

With --outputs FILE (from "cdk deploy --outputs-file FILE") it reads that deployment with your AWS credentials; without,
what the environment names (AUDIT_TABLE, SEAL_KEY, ARCHIVE_BUCKET), or else the Praxis that runs on this machine.
Exit code: 0 all is whole, 1 something is wrong, 2 it could not be found out.`;

const outputs = { AUDIT_TABLE: "AuditTable", SEAL_KEY: "SealKeyArn", ARCHIVE_BUCKET: "ArchiveBucket" };

function useOutputs(file: string): void {
  const [stack] = Object.values(JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, string>>);
  for (const [name, output] of Object.entries(outputs)) {
    const value = stack?.[output];
    if (!value) throw new Error(`${file} has no output ${output}`);
    process.env[name] = value;
  }
  process.env["AWS_REGION"] ??= stack?.["SealKeyArn"]?.split(":")[3];
}

/** The backend that `npm start` has brought up on this machine. */
async function useRunning(): Promise<void> {
  const folder = resolve(process.env["PRAXIS_STATE"] || ".praxis");
  const up = (await findRunning(folder))?.up;
  if (!up) throw new Error(`No Praxis is running on ${folder}: start it (npm start), or name another.\n\n${usage}`);
  const nobody = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  Object.assign(process.env, nobody, up.env);
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ options: { clinic: text, outputs: text, json: flag, help: flag } });
  if (values.help) return console.log(usage);
  if (values.outputs) useOutputs(values.outputs);
  else if (!process.env["AUDIT_TABLE"]) await useRunning();
  const verdicts = [];
  for await (const evidence of readTrails(values.clinic)) {
    const verdict = verifyTrail(evidence);
    verdicts.push(verdict);
    if (verdict.entries === 0 && verdict.sealed.seq === 0 && verdict.findings.length === 0)
      throw new Error(`${verdict.clinic} has no audit trail.`);
    if (!values.json) console.log(told(verdict));
    if (verdict.findings.length > 0) process.exitCode = 1;
  }
  if (values.json) console.log(JSON.stringify(verdicts, null, 2));
  else if (verdicts.length === 0) console.log("There is no audit trail yet.");
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 2;
});
