import { describe, expect, it } from "vitest";
import { api, type NamedRoute } from "../../functions/api.ts";
import { roles } from "../../functions/kernel/route.ts";
import { call } from "../support/client.ts";
import { validInput } from "../support/inputs.ts";
import { admin, ana, desk, okafor, privacy, stranger } from "../support/world.ts";

const userOf = { admin, "front-desk": desk, practitioner: okafor, patient: ana, "privacy-officer": privacy } as const;

/** Asks a route with input that its schemas take, about things that do not exist: what is told apart is who may ask. */
async function ask(route: NamedRoute, as?: string) {
  const { path, body, headers } = validInput(route);
  return call(route.method, path, { ...(as ? { as } : {}), body, headers });
}

const guarded = api.filter(({ allow }) => Array.isArray(allow));
const open = api.filter(({ allow }) => allow === "public");

describe.each(guarded.map((route) => ({ name: route.name, route })))("$name", ({ route }) => {
  const allowed = route.allow as readonly string[];

  it.each(roles)("as %s is open to whom it allows, and else 403 whatever is asked for", async (role) => {
    const { status, body } = await ask(route, userOf[role]);
    if (allowed.includes(role)) expect([200, 201, 204, 404, 412, 422]).toContain(status);
    else expect({ status, code: body.code }).toEqual({ status: 403, code: "role-not-allowed" });
  });

  it("is 401 without a token", async () => {
    const { status, headers, body } = await ask(route);
    expect({ status, challenge: headers.get("www-authenticate"), code: body.code }).toEqual({
      status: 401,
      challenge: "Bearer",
      code: "unauthenticated",
    });
  });

  it("shows the other clinic's staff nothing of this one", async () => {
    const { path, body, headers } = validInput(route);
    const answer = await call(route.method, path, {
      as: stranger,
      body,
      headers: { ...headers, "praxis-clinic": "cln_DemoClinic000000000001" },
    });
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 403, code: "not-a-member" });
  });
});

describe("routes for everyone", () => {
  it.each(open.map((route) => ({ name: route.name, route })))("$name needs no token", async ({ route }) => {
    expect((await ask(route)).status).toBe(route.path.includes("{") ? 404 : 200);
  });

  it("members.me needs a token and nothing more", async () => {
    expect((await call("GET", "/v1/me")).status).toBe(401);
    expect((await call("GET", "/v1/me", { as: stranger })).status).toBe(200);
  });
});

it("every route is either open, for the signed-in, or for named roles", () => {
  expect(
    [...guarded, ...open]
      .map(({ name }) => name)
      .concat("members.me")
      .sort(),
  ).toEqual(api.map(({ name }) => name).sort());
});
