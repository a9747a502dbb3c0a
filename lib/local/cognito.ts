import { randomInt } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "./child.ts";

/** The user pool of this machine. */
export interface UserPool {
  poolId: string;
  clientId: string;
  /** The public keys that its tokens are verified with, as a JWK set. */
  jwks: string;
}

export type Cognito = Child & UserPool;

const region = "us-east-1";

/** Starts cognito-local with the user pool kept in the folder; a folder without one gets one. */
export async function startCognito(folder: string): Promise<Cognito> {
  const ids = (await keptPool(folder)) ?? (await newPool(folder));
  const child = await startChild({
    name: "cognito-local",
    command: process.execPath,
    args: [fileURLToPath(new URL("cognito-child.ts", import.meta.url))],
    cwd: folder,
    env: { ...process.env, HOST: "127.0.0.1", PORT: "0", AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: "1" },
  });
  const keys = await fetch(`${child.endpoint}/${ids.poolId}/.well-known/jwks.json`);
  return { ...child, ...ids, jwks: await keys.text() };
}

async function keptPool(folder: string): Promise<Pick<UserPool, "poolId" | "clientId"> | undefined> {
  const text = await readFile(join(folder, ".cognito/db/clients.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { Clients } = JSON.parse(text) as { Clients: Record<string, { UserPoolId: string }> };
  const [[clientId, { UserPoolId }] = ["", { UserPoolId: "" }]] = Object.entries(Clients);
  return { poolId: UserPoolId, clientId };
}

/**
 * Writes a pool as cognito-local keeps it. Its tokens name Cognito's own host as their issuer, so the verifier that
 * runs in the cloud accepts them unchanged; they live as long as Cognito's do by default.
 */
async function newPool(folder: string): Promise<Pick<UserPool, "poolId" | "clientId">> {
  const poolId = `${region}_${characters(9, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")}`;
  const clientId = characters(26, "abcdefghijklmnopqrstuvwxyz0123456789");
  const now = new Date().toISOString();
  const client = {
    ClientId: clientId,
    ClientName: "praxis",
    UserPoolId: poolId,
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    AccessTokenValidity: 1,
    IdTokenValidity: 1,
    RefreshTokenValidity: 30,
    TokenValidityUnits: { AccessToken: "hours", IdToken: "hours", RefreshToken: "days" },
    CreationDate: now,
    LastModifiedDate: now,
  };
  const pool = { Id: poolId, Name: "praxis", UsernameAttributes: ["email"], MfaConfiguration: "OFF" };
  const files = {
    "config.json": { TokenConfig: { IssuerDomain: `https://cognito-idp.${region}.amazonaws.com` } },
    [`db/${poolId}.json`]: { Options: pool, Users: {}, Groups: {} },
    // Last: a pool counts as kept once its client is.
    "db/clients.json": { Clients: { [clientId]: client } },
  };
  await mkdir(join(folder, ".cognito/db"), { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    await writeFile(join(folder, ".cognito", path), JSON.stringify(content), { mode: 0o600 });
  }
  return { poolId, clientId };
}

function characters(count: number, alphabet: string): string {
  return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join("");
}
