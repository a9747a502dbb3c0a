import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { demoPassword } from "../../lib/local/demo.ts";
import { call, mustCall } from "../support/client.ts";

const execute = promisify(execFile);

/** Runs the command against the test's backend, with what a deployment's outputs would say. */
async function clinic(...words: string[]): Promise<string> {
  const { env, cognitoEndpoint, poolId } = inject("backend");
  const folder = await mkdtemp(join(tmpdir(), "praxis-outputs-"));
  const file = join(folder, "outputs.json");
  const outputs = {
    ClinicTable: env["CLINIC_TABLE"],
    KeysTable: env["KEYS_TABLE"],
    AuditTable: env["AUDIT_TABLE"],
    DataKeysKeyArn: env["KMS_KEY"],
    UserPoolId: poolId,
  };
  await writeFile(file, JSON.stringify({ PraxisStack: outputs }));
  const account = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  const endpoints = {
    DYNAMODB_ENDPOINT: env["DYNAMODB_ENDPOINT"],
    KMS_ENDPOINT: env["KMS_ENDPOINT"],
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognitoEndpoint,
  };
  const { stdout } = await execute(process.execPath, ["bin/clinic.ts", ...words, "--outputs", file], {
    env: { PATH: process.env["PATH"], ...account, ...endpoints },
  });
  return stdout;
}

async function cognito(action: string, input: object) {
  const { cognitoEndpoint, poolId } = inject("backend");
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `AWSCognitoIdentityProviderService.${action}`,
    authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/cognito-idp/aws4_request",
  };
  const body = JSON.stringify({ UserPoolId: poolId, ...input });
  const answer = await fetch(cognitoEndpoint, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`${action}: ${await answer.text()}`);
}

describe("npm run clinic", () => {
  it("founds a clinic whose admin can sign in and work there at once, and says who belongs to it", async () => {
    const stamp = Date.now();
    const [boss, desk] = [`boss${stamp}@new.clinic`, `desk${stamp}@new.clinic`];
    const said = await clinic(
      "found",
      "--name",
      "New Clinic",
      "--zone",
      "Europe/Lisbon",
      "--country",
      "PT",
      "--admin",
      boss,
    );
    const id = /cln_[0-9A-Za-z]{22}/.exec(said)?.[0] as string;
    await cognito("AdminSetUserPassword", { Username: boss, Password: demoPassword, Permanent: true });
    onTestFinished(() => cognito("AdminDeleteUser", { Username: boss }));
    expect((await mustCall("GET", "/v1/me", { as: boss })).memberships).toEqual([
      { clinic: { id, name: "New Clinic", zone: "Europe/Lisbon" }, role: "admin" },
    ]);
    const patient = await mustCall("POST", "/v1/patients", {
      as: boss,
      body: { name: { text: "Rui" }, phones: ["21 123 4567"] },
    });
    expect(patient.phones).toEqual(["+351211234567"]);

    await clinic("add", "--clinic", id, "--user", desk, "--role", "front-desk");
    await cognito("AdminSetUserPassword", { Username: desk, Password: demoPassword, Permanent: true });
    expect((await call("GET", `/v1/patients/${patient.id}`, { as: desk })).status).toBe(200);
    await clinic("remove", "--clinic", id, "--user", desk);
    await expect
      .poll(async () => (await call("GET", `/v1/patients/${patient.id}`, { as: desk })).status, { timeout: 5000 })
      .toBe(403);
  });

  it.each([
    [
      ["found", "--name", "X", "--zone", "Mars/Base", "--admin", "a@b.example"],
      "--zone Mars/Base is no IANA time zone",
    ],
    [["found", "--name", "X", "--admin", "a@b.example"], "--zone is missing"],
    [["add", "--clinic", "cln_x", "--user", "a@b.example", "--role", "boss"], "--role boss is none of"],
    [["add", "--clinic", "cln_x", "--user", "a@b.example", "--role", "patient"], "needs --person"],
  ])("says in a line what is wrong with %j", async (words, line) => {
    await expect(clinic(...words)).rejects.toThrow(line);
  });
});
