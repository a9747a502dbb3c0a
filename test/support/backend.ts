import { appendFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import type { TestProject } from "vitest/node";
import { seed } from "../../bin/seed.ts";
import { type Backend, startBackend } from "../../lib/local/backend.ts";

declare module "vitest" {
  export interface ProvidedContext {
    backend: Pick<Backend, "url" | "dynamodbEndpoint" | "cognitoEndpoint" | "poolId" | "clientId"> & {
      env: Record<string, string>;
      /** The file of all that the handlers log. */
      log: string;
    };
  }
}

/** Brings the whole backend up once for all API tests: real DynamoDB Local, real tokens, the handlers behind real HTTP. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env["MEMBERSHIP_SECONDS"] = "1";
  process.env["KEYS_SECONDS"] = "2";
  process.env["SCAN_GATE"] = "on";
  process.env["LOG"] = "all";
  const log = logToFile();
  const backend = await startBackend({ inMemory: true, port: 0, testClock: true, sealsWhenAsked: true });
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
    "COGNITO_JWKS",
  ];
  const env = Object.fromEntries(names.map((name) => [name, process.env[name] ?? ""]));
  project.provide("backend", { url, dynamodbEndpoint, cognitoEndpoint, poolId, clientId, env, log });
  return () => backend.stop();
}

/** The handlers' console is a file, which tests search for what no log may hold. */
function logToFile(): string {
  const file = join(mkdtempSync(join(tmpdir(), "praxis-log-")), "log.txt");
  const keep = (...said: unknown[]) => {
    const lines = said.map((each) => inspect(each, { depth: 10, breakLength: Number.POSITIVE_INFINITY }));
    appendFileSync(file, `${lines.join(" ")}\n`);
  };
  Object.assign(console, { info: keep, error: keep, warn: keep });
  return file;
}
