import { createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { api } from "../../functions/api.ts";
import { call, signIn } from "../support/client.ts";
import { validInput } from "../support/inputs.ts";
import { desk } from "../support/world.ts";

type Claims = Record<string, unknown>;
interface Token {
  header: Claims;
  claims: Claims;
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
const opened = (part: string | undefined) => JSON.parse(Buffer.from(part ?? "", "base64url").toString()) as Claims;
const rs256 = (key: Parameters<typeof sign>[2]) => (text: string) =>
  sign("sha256", Buffer.from(text), key).toString("base64url");

/** The key that the local user pool signs with, so that a token can be wrong in one thing alone. */
function poolKey(): string {
  const entry = createRequire(import.meta.url).resolve("cognito-local");
  const { pem } = JSON.parse(readFileSync(join(dirname(entry), "keys/cognitoLocal.private.json"), "utf8"));
  return pem;
}

let tokens: Awaited<ReturnType<typeof signIn>>;
let genuine: Token;

/** A token that differs from a genuine one as told, signed by the pool's own key unless told otherwise. */
function forged(
  header: Claims = {},
  claims: Claims = {},
  signature: (text: string) => string = rs256(poolKey()),
): string {
  const text = `${encoded({ ...genuine.header, ...header })}.${encoded({ ...genuine.claims, ...claims })}`;
  return `${text}.${signature(text)}`;
}

const seconds = () => Math.floor(Date.now() / 1000);
const ask = (authorization?: string) =>
  call("GET", "/v1/practitioners", { headers: authorization === undefined ? {} : { authorization } });

beforeAll(async () => {
  tokens = await signIn(desk);
  const [header, claims] = tokens.AccessToken.split(".");
  genuine = { header: opened(header), claims: opened(claims) };
});

describe("a token", () => {
  it("as it was issued is taken", async () => {
    expect((await ask(`Bearer ${tokens.AccessToken}`)).status).toBe(200);
  });

  it("signed anew by the pool's key is taken, so that what follows fails for its own reason", async () => {
    expect((await ask(`Bearer ${forged()}`)).status).toBe(200);
    expect((await ask(`bearer ${forged({}, { exp: seconds() + 60 })}`)).status).toBe(200);
  });

  const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicPem = () => createPublicKey(poolKey()).export({ type: "spki", format: "pem" });
  const hs256 = (secret: string | Buffer) => (text: string) =>
    createHmac("sha256", secret).update(text).digest("base64url");
  const tampered = () => {
    const [header, , signature] = tokens.AccessToken.split(".");
    return `${header}.${encoded({ ...genuine.claims, sub: "00000000-0000-0000-0000-000000000000" })}.${signature}`;
  };
  const issuer = () => String(genuine.claims["iss"]);

  const wrong: [string, () => string | undefined][] = [
    ["that is absent", () => undefined],
    ["that is empty", () => ""],
    ["without a scheme", () => tokens.AccessToken],
    ["without itself", () => "Bearer"],
    ["under another scheme", () => `Basic ${tokens.AccessToken}`],
    ["that is garbage", () => "Bearer garbage"],
    ["that is garbage in three parts", () => "Bearer a.b.c"],
    ["that has expired", () => `Bearer ${forged({}, { exp: seconds() - 1 })}`],
    ["that is not valid yet", () => `Bearer ${forged({}, { nbf: seconds() + 3600 })}`],
    ["that is unsigned", () => `Bearer ${forged({ alg: "none" }, {}, () => "")}`],
    ["whose signature is cut off", () => `Bearer ${tokens.AccessToken.split(".").slice(0, 2).join(".")}`],
    [
      "whose signature is another's",
      () => `Bearer ${forged({}, { jti: "another" }, () => tokens.AccessToken.split(".")[2] ?? "")}`,
    ],
    ["whose payload was tampered with", () => `Bearer ${tampered()}`],
    ["signed by another key", () => `Bearer ${forged({}, {}, rs256(other.privateKey))}`],
    ["signed by another key of another name", () => `Bearer ${forged({ kid: "other" }, {}, rs256(other.privateKey))}`],
    ["signed by the public key for a secret", () => `Bearer ${forged({ alg: "HS256" }, {}, hs256(publicPem()))}`],
    ["of another pool", () => `Bearer ${forged({}, { iss: `${issuer().slice(0, -9)}OtherPool` })}`],
    ["of another issuer", () => `Bearer ${forged({}, { iss: "https://example.com" })}`],
    ["of another client", () => `Bearer ${forged({}, { client_id: "another" })}`],
    ["of no client", () => `Bearer ${forged({}, { client_id: undefined })}`],
    ["that is an id token", () => `Bearer ${tokens.IdToken}`],
    ["that is an access token for an id", () => `Bearer ${forged({}, { token_use: "id" })}`],
    ["that is a refresh token", () => `Bearer ${tokens.RefreshToken}`],
  ];

  it.each(wrong)("%s is 401, and nothing tells why", async (_, authorization) => {
    const { status, body, headers } = await ask(authorization());
    expect({ status, challenge: headers.get("www-authenticate") }).toEqual({ status: 401, challenge: "Bearer" });
    expect({ ...body, requestId: "" }).toEqual({
      type: "urn:praxis:problem:unauthenticated",
      title: "Unauthenticated",
      status: 401,
      code: "unauthenticated",
      requestId: "",
      detail: "A valid access token is needed.",
    });
  });

  it.each(wrong)("%s gets, header for header, what none gets", async (_, authorization) => {
    const plain = ({ headers }: { headers: Headers }) =>
      Object.fromEntries([...headers].filter(([name]) => !["date", "x-request-id", "x-amzn-requestid"].includes(name)));
    const [refused, none] = await Promise.all([ask(authorization()), ask()]);
    expect(plain(refused)).toEqual(plain(none));
  });
});

describe("without a valid token", () => {
  const closed = api.filter(({ allow }) => allow !== "public").map((route) => ({ name: route.name, route }));

  it.each(closed)("$name answers 401 before it looks at the input", async ({ route }) => {
    const token = forged({}, { exp: seconds() - 1 });
    const { path } = validInput(route);
    const answer = await call(route.method, `${path.split("?")[0]}?nothing=known`, { token, body: route.body && "{" });
    expect(answer).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
  });
});
