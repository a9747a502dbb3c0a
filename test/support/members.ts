import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import type { Membership } from "../../functions/kernel/caller.ts";
import { newId } from "../../functions/kernel/ids.ts";
import { demoPassword } from "../../lib/local/demo.ts";
import { usersOf } from "../../lib/local/users.ts";

export interface User {
  /** Under which the user signs in: what `as` of a call wants. */
  email: string;
  /** Under which memberships know the user. */
  sub: string;
}

/** A user who can sign in, with places in as many clinics as are given; none is a user without a clinic. */
export async function newUser(...memberships: Membership[]): Promise<User> {
  const email = `${randomUUID()}@example.com`;
  const sub = await usersOf(inject("backend")).createUser(email, demoPassword);
  for (const membership of memberships) await join(sub, membership);
  return { email, sub };
}

/** Gives a user a place in a clinic, or changes it, behind the API's back. */
export async function join(sub: string, membership: Membership): Promise<void> {
  await (await settings()).saveMember(sub, membership);
}

/** Takes a user's place in a clinic away, behind the API's back. */
export async function leave(sub: string, clinic: string): Promise<void> {
  await (await settings()).removeMember(sub, clinic);
}

/** A clinic that no other test knows, with an admin and somebody at its desk. */
export async function newClinic(country?: string): Promise<{ clinic: string; admin: string; desk: string }> {
  const clinic = newId("cln");
  await (await settings()).foundClinic({
    id: clinic,
    name: "Test Clinic",
    zone: "UTC",
    ...(country ? { country } : {}),
  });
  const [admin, desk] = await Promise.all([
    newUser({ clinic, role: "admin" }),
    newUser({ clinic, role: "front-desk" }),
  ]);
  return { clinic, admin: admin.email, desk: desk.email };
}

/** What a clinic's operator does without the API. The stores read where the tables are as they are loaded. */
async function settings() {
  const nobody = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  Object.assign(process.env, inject("backend").env, nobody);
  const { foundClinic } = await import("../../functions/members/found-clinic.ts");
  const { saveMember, removeMember } = await import("../../functions/members/store.ts");
  return { foundClinic, saveMember, removeMember };
}
