import { readMemberships } from "../kernel/caller.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { me as route } from "./routes.ts";
import { findClinics } from "./store.ts";

export const handler = endpoint(route, async ({ caller }) => {
  const memberships = await readMemberships(caller.user);
  const clinics = await findClinics(memberships.map(({ clinic }) => clinic));
  return {
    user: caller.user,
    memberships: clinics.map(({ id, name, zone }) => {
      const { role, person } = memberships.find(({ clinic }) => clinic === id) ?? { role: "patient" as const };
      return { clinic: { id: id as `cln_${string}`, name, zone }, role, person };
    }),
  };
});
