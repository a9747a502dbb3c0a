import { readFileSync } from "node:fs";

/** What the stack's outputs are called in the environment. */
const outputs = {
  CLINIC_TABLE: "ClinicTable",
  KEYS_TABLE: "KeysTable",
  AUDIT_TABLE: "AuditTable",
  KMS_KEY: "DataKeysKeyArn",
};

/** Points this process at a deployment, by the file that `cdk deploy --outputs-file` wrote. */
export function useOutputs(file: string, more: Record<string, string> = {}): void {
  const [stack] = Object.values(JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, string>>);
  for (const [name, output] of Object.entries({ ...outputs, ...more })) {
    const value = stack?.[output];
    if (!value) throw new Error(`${file} has no output ${output}`);
    process.env[name] = value;
  }
  process.env["AWS_REGION"] ??= stack?.["DataKeysKeyArn"]?.split(":")[3];
}
