import { CognitoJwtVerifier } from "aws-jwt-verify";
import { env, envOr } from "./env.ts";
import { type Caller, type Exchange, headerOf } from "./exchange.ts";
import { refuse } from "./problem.ts";
import { clinicHeader, type Role, type Route } from "./route.ts";
import { type Item, keyOf, query } from "./table.ts";

const verifier = CognitoJwtVerifier.create({
  userPoolId: env("USER_POOL_ID"),
  clientId: env("USER_POOL_CLIENT_ID"),
  tokenUse: "access",
});
const knownKeys = envOr("COGNITO_JWKS");
if (knownKeys) verifier.cacheJwks(JSON.parse(knownKeys));
else if (process.env["AWS_LAMBDA_FUNCTION_NAME"]) verifier.hydrate().catch(() => undefined);

/** The user whom a request's access token names. Whatever is wrong with the token, the answer is the same 401. */
export async function userOf(event: Exchange): Promise<string> {
  const token = /^bearer ([\w.-]+)$/i.exec(headerOf(event, "authorization") ?? "")?.[1];
  try {
    return (await verifier.verify(token ?? "")).sub;
  } catch {
    throw refuse("unauthenticated", "unauthenticated", "A valid access token is needed.");
  }
}

export interface Membership {
  clinic: string;
  role: Role;
  person?: string;
}

const remembered = new Map<string, { until: number; memberships: Membership[] }>();
const memory = Math.min(30, Number(envOr("MEMBERSHIP_SECONDS") ?? 30)) * 1000;

/** A user's memberships, remembered by one running function for 30 s at most: taking one away works that soon. */
async function membershipsOf(user: string): Promise<Membership[]> {
  const seen = remembered.get(user);
  if (seen && seen.until > performance.now()) return seen.memberships;
  const memberships = await readMemberships(user);
  if (remembered.size > 1000) remembered.clear();
  remembered.set(user, { until: performance.now() + memory, memberships });
  return memberships;
}

/** A user's memberships as they lie in the table now. */
export async function readMemberships(user: string): Promise<Membership[]> {
  const { items } = await query(keyOf("member", [user], ""));
  return items.map(({ sk, role, person }: Item) => ({
    clinic: sk,
    role: role as Role,
    person: person as string | undefined,
  }));
}

/** The caller in the clinic they chose, if they are one whom the route allows. */
export async function callerOf(event: Exchange, user: string, { allow }: Pick<Route, "allow">): Promise<Caller> {
  const memberships = await membershipsOf(user);
  const chosen = headerOf(event, clinicHeader);
  const membership = chosen === undefined ? onlyOf(memberships) : memberships.find(({ clinic }) => clinic === chosen);
  if (!membership) throw refuse("forbidden", "not-a-member", "You are not a member of that clinic.");
  if (Array.isArray(allow) && !allow.includes(membership.role)) {
    event.caller = { user, ...membership };
    throw refuse("forbidden", "role-not-allowed", `This is for: ${allow.join(", ")}.`);
  }
  return { user, ...membership };
}

function onlyOf(memberships: Membership[]): Membership | undefined {
  if (memberships.length > 1) {
    throw refuse(
      "invalid",
      "clinic-required",
      `You belong to several clinics: choose one with the header ${clinicHeader}.`,
    );
  }
  return memberships[0];
}
