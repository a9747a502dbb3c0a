import type { TestProject } from "vitest/node";
import { seed } from "../../bin/seed.ts";
import { type Backend, startBackend } from "../../lib/local/backend.ts";

declare module "vitest" {
  export interface ProvidedContext {
    backend: Pick<Backend, "url" | "dynamodbEndpoint" | "cognitoEndpoint" | "poolId" | "clientId"> & {
      env: Record<string, string>;
    };
  }
}

/** Brings the whole backend up once for all API tests: real DynamoDB Local, real tokens, the handlers behind real HTTP. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env["MEMBERSHIP_SECONDS"] = "1";
  process.env["KEYS_SECONDS"] = "2";
  process.env["SCAN_GATE"] = "on";
  const backend = await startBackend({ inMemory: true, port: 0, testClock: true, quiet: true });
  await seed(backend);
  const { url, dynamodbEndpoint, cognitoEndpoint, poolId, clientId } = backend;
  const names = [
    "CLINIC_TABLE",
    "KEYS_TABLE",
    "AUDIT_TABLE",
    "KMS_KEY",
    "KMS_ENDPOINT",
    "KEYS_SECONDS",
    "DYNAMODB_ENDPOINT",
    "AWS_REGION",
    "S3_ENDPOINT",
    "DOCUMENTS_BUCKET",
    "DOCUMENTS_KEY",
    "SEAL_KEY",
    "ARCHIVE_BUCKET",
    "ARCHIVE_ENDPOINT",
  ];
  const env = Object.fromEntries(names.map((name) => [name, process.env[name] ?? ""]));
  project.provide("backend", { url, dynamodbEndpoint, cognitoEndpoint, poolId, clientId, env });
  return () => backend.stop();
}
