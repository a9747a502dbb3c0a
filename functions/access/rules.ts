import type { DataClass, Role, Route } from "../kernel/route.ts";

/*
 * Who may see and change what of a patient: the whole policy, on one page. A caller stands in one relation to a patient;
 * their role says which relations suffice for which class of data. What is not here is not allowed, and then the patient
 * does not exist for them: 404, as for a random id.
 */

/** How a caller stands to a patient, from the nearest. */
export const relations = ["self", "proxy", "care-team", "break-glass", "same-clinic"] as const;
export type Relation = (typeof relations)[number];

export type Action = "read" | "write";
type Rule = Partial<Record<Action, readonly Relation[]>>;

const clinic = ["same-clinic"] as const;
const theirs = ["self", "proxy"] as const;
const treating = ["care-team", "break-glass"] as const;

export const rules: Record<Role, Partial<Record<DataClass, Rule>>> = {
  admin: {
    demographics: { read: clinic, write: clinic },
    // Who acts for a patient, and what a patient consented to.
    agreements: { read: clinic, write: clinic },
    scheduling: { read: clinic, write: clinic },
    // To bring a clinic's history along; what is written cannot be read back.
    clinical: { write: clinic },
    sensitive: { write: clinic },
    settings: { read: clinic, write: clinic },
  },
  "front-desk": {
    demographics: { read: clinic, write: clinic },
    agreements: { read: clinic, write: clinic },
    scheduling: { read: clinic, write: clinic },
    settings: { read: clinic },
  },
  practitioner: {
    demographics: { read: treating, write: treating },
    agreements: { read: treating },
    // An emergency is no ground to book: an appointment would open the patient's data for months.
    scheduling: { read: treating, write: ["care-team"] },
    clinical: { read: treating, write: treating },
    // Of the care team, those whose assignment names the label, and the author.
    sensitive: { read: treating, write: treating },
    settings: { read: clinic },
  },
  patient: {
    demographics: { read: theirs },
    agreements: { read: theirs, write: theirs },
    scheduling: { read: theirs, write: theirs },
    clinical: { read: theirs },
    // Of proxies, those whose grant names the label.
    sensitive: { read: theirs },
    // Who looked at their data.
    audit: { read: ["self"] },
    settings: { read: clinic },
  },
  "privacy-officer": {
    demographics: { read: clinic },
    agreements: { read: clinic },
    audit: { read: clinic },
    // Whether data are kept at all: who watches over them holds and erases, and needs to read none of them for it.
    retention: { read: clinic, write: clinic },
    settings: { read: clinic },
  },
};

/** What a route does to a patient's data. */
export function actionOf({ action, method }: Pick<Route, "action" | "method">): Action {
  return action ?? (method === "GET" ? "read" : "write");
}

/** Whether an entry's labels let somebody see it: each must be among those they may see, or they wrote it themselves. */
export function isShown(
  { labels = [], author }: { labels?: readonly string[] | undefined; author: { user: string } },
  viewer: { user: string; labels: readonly string[] | "all" },
): boolean {
  const seen = viewer.labels;
  return author.user === viewer.user || seen === "all" || labels.every((label) => seen.includes(label));
}

/** What a route asks for where it writes something with labels on it: the sensitive besides. */
export function labelled<Asked extends { shows: readonly DataClass[] }>(
  route: Asked,
  labels: readonly string[] | undefined,
): Asked {
  return labels?.length ? { ...route, shows: [...route.shows, "sensitive"] } : route;
}

/** The relations in which a role may do that to all of those classes of a patient's data. */
export function sufficing(role: Role, classes: readonly DataClass[], action: Action): Relation[] {
  return relations.filter((relation) => classes.every((name) => rules[role][name]?.[action]?.includes(relation)));
}
