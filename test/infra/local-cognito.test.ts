import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cognito, startCognito } from "../../lib/local/cognito.ts";
import { type Users, usersOf } from "../../lib/local/users.ts";

const password = "Correct-horse-1";
let folder: string;
let cognito: Cognito;
let users: Users;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "praxis-cognito-"));
  await start();
});

afterAll(async () => {
  await cognito.stop();
  await rm(folder, { recursive: true });
});

async function start() {
  cognito = await startCognito(folder);
  users = usersOf({ ...cognito, cognitoEndpoint: cognito.endpoint });
}

/** The verifier as the handlers make it, given the pool's keys. */
function verifier() {
  const { poolId: userPoolId, clientId, jwks } = cognito;
  const made = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: "access" });
  made.cacheJwks(JSON.parse(jwks));
  return made;
}

test("an access token names its user, and an unmodified verifier accepts it", async () => {
  const sub = await users.createUser("ana@demo.clinic", password);
  const { accessToken } = await users.signIn("ana@demo.clinic", password);
  const claims = await verifier().verify(accessToken);
  expect(claims).toMatchObject({ sub, token_use: "access", scope: "aws.cognito.signin.user.admin" });
  expect(claims.exp - claims.iat).toBe(3600);
});

test("an id token is not accepted for an access token", async () => {
  await users.createUser("ben@demo.clinic", password);
  const { idToken } = await users.signIn("ben@demo.clinic", password);
  await expect(verifier().verify(idToken)).rejects.toThrow("Token use not allowed");
});

test("a refresh token brings another access token", async () => {
  const sub = await users.createUser("cara@demo.clinic", password);
  const { refreshToken } = await users.signIn("cara@demo.clinic", password);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new CognitoIdentityProviderClient({ endpoint: cognito.endpoint, region: "us-east-1", credentials });
  const { AuthenticationResult } = await client.send(
    new InitiateAuthCommand({
      AuthFlow: "REFRESH_TOKEN_AUTH",
      ClientId: cognito.clientId,
      AuthParameters: { REFRESH_TOKEN: refreshToken },
    }),
  );
  expect(await verifier().verify(AuthenticationResult?.AccessToken ?? "")).toMatchObject({ sub });
});

test("creating a user again keeps the sub and changes the password", async () => {
  const sub = await users.createUser("dora@demo.clinic", password);
  expect(await users.createUser("dora@demo.clinic", "Another-horse-2")).toBe(sub);
  await expect(users.signIn("dora@demo.clinic", password)).rejects.toThrow("Invalid password");
  await expect(users.signIn("dora@demo.clinic", "Another-horse-2")).resolves.toHaveProperty("accessToken");
});

test("a killed cognito-local has kept everyone, even those made at the same time", async () => {
  const mails = Array.from({ length: 20 }, (_, index) => `user${index}@demo.clinic`);
  const subs = await Promise.all(mails.map((mail) => users.createUser(mail, password)));
  const { poolId, clientId } = cognito;
  process.kill(cognito.pid, "SIGKILL");
  await cognito.ended;
  await start();
  const tokens = await Promise.all(mails.map((mail) => users.signIn(mail, password)));
  const claims = await Promise.all(tokens.map(({ accessToken }) => verifier().verify(accessToken)));
  expect([cognito.poolId, cognito.clientId]).toEqual([poolId, clientId]);
  expect(claims.map(({ sub }) => sub)).toEqual(subs);
});
