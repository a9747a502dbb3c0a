import type { Env } from "../../functions/kernel/env.ts";
import type { TableName } from "../../functions/kernel/families.ts";
import type { Services } from "./services.ts";

/** Where browsers may call from, unless ORIGINS says otherwise. */
export function originsOf(env: NodeJS.ProcessEnv): string[] {
  return (env["ORIGINS"] || "http://localhost:5173,http://localhost:3000").split(",").map((origin) => origin.trim());
}

/**
 * Tells the handlers where everything is. The credentials are nobody's, and a profile is forgotten: what runs on a
 * laptop can never reach an AWS account by mistake. Gives what puts the environment back as it was.
 */
export function setEnvironment(
  { kms, archive, cognito, s3, dynamodbEndpoint }: Services,
  tableNames: Record<TableName, string>,
  { origins, quiet }: { origins: readonly string[]; quiet?: boolean | undefined },
): () => void {
  const settings: Env = {
    CLINIC_TABLE: tableNames.clinic,
    KEYS_TABLE: tableNames.keys,
    AUDIT_TABLE: tableNames.audit,
    KMS_KEY: kms.keyArn,
    KMS_ENDPOINT: kms.endpoint,
    SEAL_KEY: kms.signingKeyArn,
    ARCHIVE_BUCKET: archive.bucket,
    ARCHIVE_ENDPOINT: archive.endpoint,
    DYNAMODB_ENDPOINT: dynamodbEndpoint,
    DOCUMENTS_BUCKET: s3.bucket,
    DOCUMENTS_KEY: s3.keyArn,
    S3_ENDPOINT: s3.endpoint,
    USER_POOL_ID: cognito.poolId,
    USER_POOL_CLIENT_ID: cognito.clientId,
    COGNITO_JWKS: cognito.jwks,
    ORIGINS: origins.join(","),
    CHECK_ANSWERS: "on",
  };
  const account = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
  };
  const log = quiet ? "none" : process.env["LOG"] || "faults";
  return replace({ ...settings, ...account, LOG: log });
}

function replace(settings: Record<string, string | undefined>): () => void {
  const before = Object.keys(settings).map((name) => [name, process.env[name]] as const);
  const set = ([name, value]: readonly [string, string | undefined]) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  Object.entries(settings).forEach(set);
  return () => before.forEach(set);
}

/** What another process needs of the environment to work on the same tables: neither names nor endpoints are secret. */
export function tablesEnvironment(): Record<string, string> {
  const names = ["CLINIC_TABLE", "KEYS_TABLE", "AUDIT_TABLE", "KMS_KEY", "KMS_ENDPOINT", "DYNAMODB_ENDPOINT"];
  const trail = ["SEAL_KEY", "ARCHIVE_BUCKET", "ARCHIVE_ENDPOINT"];
  const account = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
  return Object.fromEntries([...names, ...trail, ...account].map((name) => [name, process.env[name] ?? ""]));
}
