import { choose } from "../appointments/choice.ts";
import { circumstancesOf } from "../appointments/circumstances.ts";
import { tryInTurn } from "../appointments/try-in-turn.ts";
import type { Slot } from "../availability/store.ts";
import { keep } from "../holds/model.ts";
import { keeping } from "../holds/store.ts";
import { entryBySystem } from "../kernel/audit.ts";
import { commitAll } from "../kernel/commit.ts";
import { newId } from "../kernel/ids.ts";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { Refusal } from "../kernel/problem.ts";
import { rulesFor } from "../policy/model.ts";
import { type KeptEntry, lapseOf, offer } from "./model.ts";
import { changing } from "./store.ts";

/** `taken`: that time is not to be had, another may be. `passed-over`: nothing is for this entry now. */
export type Outcome = "offered" | "taken" | "passed-over";

/** Thrown when an entry is no longer as it was read: somebody else has dealt with it. */
class EntryChanged extends Error {
  override name = "EntryChanged";
}

/** What stands against a booking of this patient's whenever it were. */
const ofPatient = ["not-found", "patient-inactive", "too-many-upcoming"];

/**
 * Offers a time to an entry, in one transaction: the hold takes its cells under their condition, the entry moves on under
 * its version. So no time is offered twice, and no entry has two offers, whoever else is at it.
 */
export async function placeOffer(
  keyring: Keyring,
  kept: KeptEntry,
  slot: Slot,
  { now, cause }: { now: Instant; cause: string },
): Promise<Outcome> {
  const { clinic } = keyring;
  const { id, patient, service } = kept.entry;
  const wish = { service, patient, practitioner: slot.practitioner, start: toInstant(slot.start) };
  try {
    await tryInTurn(async (lost) => {
      const given = await circumstancesOf(keyring, wish, now);
      const terms = { start: wish.start, now, lost, draw: Math.random() };
      const { resources, location, sharing, seen } = choose(given, terms);
      const { minimumNoticeMinutes: noticeMinutes } = rulesFor(given.policy, given.service);
      const lapse = lapseOf(wish.start, { offerMinutes: given.policy.offerMinutes, noticeMinutes }, now);
      const minutes = (toMs(lapse) - toMs(now)) / 60_000;
      const held = keep({ ...wish, resources, location, waitlist: id }, given.service, {
        id: newId("hld"),
        now,
        minutes,
        ...sharing,
      });
      const { id: hold, start, end, practitioner: by, expiresAt } = held.hold;
      const next = offer(kept, { hold, start, end, practitioner: by, location, expiresAt }, now);
      await commitAll([
        ...keeping(clinic, held, seen, undefined),
        ...changing(clinic, kept, next, "waitlist.offered", () => new EntryChanged()),
        entryBySystem(clinic, "waitlist.offer", { patient, target: id }, { at: now, cause }),
      ]);
    });
    return "offered";
  } catch (error) {
    if (error instanceof EntryChanged) return "passed-over";
    if (!(error instanceof Refusal) || error.kind === "busy") throw error;
    return ofPatient.includes(error.code) ? "passed-over" : "taken";
  }
}
