import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { api } from "../../functions/api.ts";
import { workers } from "../../functions/workers.ts";
import { bundleHandlers } from "../../lib/bundle.ts";
import { createTables } from "../../lib/local/create-tables.ts";
import { startDynamoDb } from "../../lib/local/dynamodb.ts";
import { findJava } from "../../lib/local/java.ts";

const directory = mkdtempSync(join(tmpdir(), "praxis-bundle-"));
afterAll(() => rmSync(directory, { recursive: true }));
const code = bundleHandlers(directory);
const load = createRequire(import.meta.url);

vi.stubEnv("USER_POOL_ID", "us-east-1_000000000");
vi.stubEnv("USER_POOL_CLIENT_ID", "0000000000000000000000000");
vi.stubEnv("AWS_REGION", "us-east-1");

/** Runs a bundle in a process of its own, with credentials in the environment as Lambda has them. */
const answerOf = `
  const { handler } = require(process.argv[1]);
  const requestContext = { requestId: "r", requestTimeEpoch: Date.now(), path: "/v1/health", identity: {} };
  handler({ httpMethod: "GET", path: "/v1/health", headers: {}, requestContext }, {}).then((answer) => console.log(answer.statusCode));
`;

it("a bundle reaches DynamoDB with the credentials of its environment alone", async () => {
  const dynamodb = await startDynamoDb(await findJava());
  onTestFinished(dynamodb.stop);
  const names = { clinic: "clinic", keys: "keys", audit: "audit" };
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  await createTables(new DynamoDBClient({ endpoint: dynamodb.endpoint, region: "us-east-1", credentials }), names);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["-e", answerOf, join(code, "system/health", "index.js")],
    {
      env: {
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        CLINIC_TABLE: "clinic",
        USER_POOL_ID: "us-east-1_000000000",
        USER_POOL_CLIENT_ID: "0000000000000000000000000",
        ORIGINS: "https://app.example.org",
        DYNAMODB_ENDPOINT: dynamodb.endpoint,
        LOG: "none",
      },
    },
  );
  expect(stdout.trim()).toBe("200");
});

describe("the bundle", () => {
  it.each([...api, ...workers])("of $name loads by itself and exports a handler", ({ handler }) => {
    const file = join(code, handler, "index.js");
    expect(existsSync(file)).toBe(true);
    expect(load(file)).toEqual({ handler: expect.any(Function) });
  });
});
