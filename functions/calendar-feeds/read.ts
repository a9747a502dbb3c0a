import { feedOf } from "../calendar/model.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { findClinic } from "../members/store.ts";
import { ownerOf, shownAt, subjectOf } from "./model.ts";
import { read as route } from "./routes.ts";
import { findBySecret, findShown, isOwnerActive } from "./store.ts";

export const handler = endpoint(route, async ({ params, now, actAs, concerns }) => {
  const found = await findBySecret(params.secret);
  if (!found) throw missing();
  const { feed, clinic } = found;
  const owner = ownerOf(feed);
  actAs({ user: feed.id, clinic, role: feed.patient ? "patient" : "practitioner", person: owner });
  concerns(subjectOf(feed));
  const [{ name }, isActive, shown] = await Promise.all([
    findClinic(clinic),
    isOwnerActive(clinic, feed),
    findShown(clinic, owner, shownAt(now)),
  ]);
  if (!isActive) throw missing();
  return feedOf(shown, name);
});
