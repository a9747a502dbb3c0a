import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { demoPassword } from "../../lib/local/demo.ts";
import { mustBeForeseen } from "./contract.ts";

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  body: Body;
  headers: Headers;
}

export interface Asked {
  /** Who asks, by mail address; nobody where it is absent. */
  as?: string;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** When the request is made to have arrived (RFC 3339). */
  at?: string;
  /** Another gateway than the backend's. */
  url?: string;
}

const tokens = new Map<string, Promise<string>>();

/** An access token gained by really signing in. */
function tokenOf(user: string): Promise<string> {
  const token = tokens.get(user) ?? signIn(user).then(({ AccessToken }) => AccessToken);
  tokens.set(user, token);
  return token;
}

export async function signIn(user: string): Promise<{ AccessToken: string; IdToken: string; RefreshToken: string }> {
  const { cognitoEndpoint, clientId } = inject("backend");
  const answer = await fetch(cognitoEndpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: clientId,
      AuthParameters: { USERNAME: user, PASSWORD: demoPassword },
    }),
  });
  const { AuthenticationResult } = (await answer.json()) as {
    AuthenticationResult?: Awaited<ReturnType<typeof signIn>>;
  };
  if (!AuthenticationResult) throw new Error(`${user} cannot sign in`);
  return AuthenticationResult;
}

/** Sends a request over HTTP and checks the answer against the published OpenAPI document. */
// biome-ignore lint/suspicious/noExplicitAny: a test says by its assertions what the body is
export async function call<Body = any>(method: string, path: string, asked: Asked = {}): Promise<Answer<Body>> {
  const token = asked.token ?? (asked.as && (await tokenOf(asked.as)));
  const isRaw = typeof asked.body === "string" || asked.body instanceof Uint8Array;
  const answer = await fetch(`${asked.url ?? inject("backend").url}${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(asked.body === undefined ? {} : { "content-type": "application/json" }),
      ...(method === "POST" ? { "idempotency-key": randomUUID() } : {}),
      ...(asked.at ? { "x-test-now": asked.at } : {}),
      ...asked.headers,
    },
    body: isRaw || asked.body === undefined ? (asked.body as string | undefined) : JSON.stringify(asked.body),
  });
  const text = await answer.text();
  const type = answer.headers.get("content-type") ?? "";
  const body = text && /\bjson\b/.test(type) ? JSON.parse(text) : text;
  mustBeForeseen(method, path.split("?")[0] as string, answer.status, type, body);
  return { status: answer.status, body, headers: answer.headers };
}

/** The same, where nothing but success will do. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export async function mustCall<Body = any>(method: string, path: string, asked: Asked = {}): Promise<Body> {
  const { status, body } = await call<Body>(method, path, asked);
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}
