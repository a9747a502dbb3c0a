import { type Asked, mustCall } from "./client.ts";
import { newClinic } from "./members.ts";
import { dump, itemAt } from "./tables.ts";
import { always } from "./world.ts";

type Item = Record<string, unknown> & { pk: string; sk: string };

/** A clinic of one test alone, so that all that lies in the tables under its name is that test's. */
export async function ownClinic() {
  const { clinic, admin, desk } = await newClinic();
  const add = async (path: string, body: object, as = admin) =>
    (await mustCall<{ id: string }>("POST", path, { as, body })).id;
  const set = (path: string, version: number, body: object) =>
    mustCall("PUT", path, { as: admin, body, headers: { "if-match": `"${version}"` } } satisfies Asked);
  return {
    clinic,
    admin,
    desk,
    setPolicy: (policy: object) => set("/v1/policy", 0, policy),
    newPractitioner: async () => {
      const id = await add("/v1/practitioners", { name: { text: "Dr. Own" } });
      await set(`/v1/practitioners/${id}/schedule`, 1, always);
      return id;
    },
    newService: (practitioners: string[], fields: object = {}) =>
      add("/v1/services", { name: "Own", durationMinutes: 30, practitioners, ...fields }),
    newRoom: (tags: string[]) => add("/v1/resources", { name: "Own", kind: "room", tags }),
    newPatients: (count: number) =>
      Promise.all(Array.from({ length: count }, () => add("/v1/patients", { name: { text: "Own" } }, desk))),
    /** All items that name the clinic, by family, in one look. */
    allItems: async (): Promise<Partial<Record<string, Item[]>>> => {
      const items = [...(await dump("CLINIC_TABLE", { clinic })), ...(await dump("AUDIT_TABLE", { clinic }))];
      return Object.groupBy(items, ({ pk }) => pk.slice(0, pk.indexOf("#")));
    },
    /** The days of some things, as they lie there. */
    daysOf: async (things: readonly string[], date: string): Promise<Item[]> => {
      const days = things.map((thing) => itemAt("CLINIC_TABLE", `DAYBOOK#${clinic}#${thing}`, date));
      return (await Promise.all(days)).filter((day) => day !== undefined);
    },
    /** The items of a family that name the clinic, as they lie there. */
    itemsOf: (family: string): Promise<Item[]> =>
      dump(family === "AUDIT" ? "AUDIT_TABLE" : "CLINIC_TABLE", { family, clinic }),
  };
}
