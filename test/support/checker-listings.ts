import type { Answer } from "./history-wishes.ts";
import type { Scene, World } from "./history-world.ts";

/** What the API lists, as it answers in fair weather: each practitioner's and each patient's appointments, by whose. */
export type Listings = Map<string, Answer["body"][]>;

export async function listingsOf({ backend }: World, { practitioners, patients, tokens }: Scene): Promise<Listings> {
  const listings: Listings = new Map();
  const headers = { authorization: `Bearer ${tokens[0]}` };
  for (const [query, things] of [["practitioner", practitioners] as const, ["patient", patients] as const]) {
    for (const thing of things) {
      const items: Answer["body"][] = [];
      let cursor: string | undefined;
      do {
        const more = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
        const answer = await fetch(`${backend.url}/v1/appointments?${query}=${thing}&limit=50${more}`, { headers });
        if (!answer.ok) throw new Error(`listing answered ${answer.status} ${await answer.text()}`);
        const page = (await answer.json()) as { items: Answer["body"][]; next?: string };
        items.push(...page.items);
        cursor = page.next;
      } while (cursor);
      listings.set(thing, items);
    }
  }
  return listings;
}
