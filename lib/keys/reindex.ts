import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { findVisit } from "../../functions/appointments/store.ts";
import { atVersion, check, commitAll, type Write } from "../../functions/kernel/commit.ts";
import { type Identifier, remarking } from "../../functions/kernel/identifier.ts";
import type { Keyring } from "../../functions/kernel/keyring.ts";
import { findPatientKey } from "../../functions/kernel/patient-keys.ts";
import { stale } from "../../functions/kernel/precondition.ts";
import { Refusal } from "../../functions/kernel/problem.ts";
import { client, get, type Item, keyOf, tableOf } from "../../functions/kernel/table.ts";
import { locationOf } from "../../functions/locations/store.ts";
import { findPatient, moving } from "../../functions/patients/store.ts";
import { findPractitioner } from "../../functions/practitioners/store.ts";
import { recordOf } from "../../functions/records/store.ts";
import { serviceOf } from "../../functions/services/store.ts";
import { clinicOf } from "./walk.ts";

/** A thing whose identifier is kept unique by a mark, as it is now. */
interface Marked {
  id: string;
  identifier?: Identifier | undefined;
}

/** The kinds of things with such a mark, by family, and how to find one's identifier; undefined where its key is destroyed. */
const kinds: Record<string, [kind: string, find: (keyring: Keyring, item: Item) => Promise<Marked | undefined>]> = {
  PRACTITIONER: ["practitioner", (keyring, { sk }) => findPractitioner(keyring, sk)],
  LOCATION: ["location", async (_, item) => locationOf(item)],
  SERVICE: ["service", async (_, item) => serviceOf(item)],
  RECORD: [
    "record",
    async (keyring, item) => {
      const patient = item.pk.split("#")[2] as string;
      const key = await findPatientKey(keyring, patient);
      return key && recordOf(key, item);
    },
  ],
  APPOINTMENT: [
    "appointment",
    async (keyring, { pk, sk }) =>
      sk === "APPOINTMENT" ? (await findVisit(keyring, pk.split("#")[2] as string))?.visit.appointment : undefined,
  ],
};

/** Brings what is found or kept unique by a row under the clinic's newest index key, and says whether there was need. */
export async function reindex(keyring: Keyring, item: Item): Promise<boolean> {
  if (clinicOf(item) !== keyring.clinic) return false;
  mustBeKnown(item);
  for (let attempt = 0; ; attempt++) {
    const seen = attempt === 0 ? item : await get({ family: "clinic", pk: item.pk, sk: item.sk });
    const writes = seen ? await reindexing(keyring, seen) : [];
    if (writes.length === 0) return false;
    const failure = await commitAll(writes).catch((error: Error) => error);
    if (!failure) return true;
    // It was changed between reading and writing: what it is now decides.
    if (!isMeanwhile(failure) || attempt > 20) throw failure;
  }
}

function isMeanwhile(failure: Error): boolean {
  return failure instanceof Refusal && (failure.kind === "stale" || failure.kind === "busy");
}

async function reindexing(keyring: Keyring, item: Item): Promise<Write[]> {
  const family = item.pk.split("#")[0] as string;
  if (family === "PATIENT" && item.sk === "PATIENT") {
    const opened = await findPatient(keyring, item.pk.split("#")[2] as string);
    return opened ? moving(keyring, opened) : [];
  }
  const [kind, find] = kinds[family] ?? [];
  const thing = await find?.(keyring, item);
  if (!kind || !thing?.identifier) return [];
  return [unchanged(item), ...remarking(keyring, kind, thing.id, thing.identifier)];
}

/** The condition that a row is at the version that was read. */
function unchanged({ pk, sk, version }: Item): Write {
  return check({ family: "clinic", pk, sk }, atVersion(version as number, stale));
}

/** An entry of an index that nothing here would make anew must not be removed later as if something had. */
function mustBeKnown({ pk }: Item): void {
  const [family, , field = ""] = pk.split("#");
  const known = field.startsWith("patient-") || Object.values(kinds).some(([kind]) => field === `${kind}-identifier`);
  if (family === "INDEX" && !known) throw new Error(`lib/keys/reindex.ts does not know how to make ${field} anew`);
}

/** The number of the index key that an entry lies under; none for other rows, and for the list of all patients. */
export function indexedUnder({ pk, key }: Item): number | undefined {
  const [family, , , hash] = pk.split("#");
  return family === "INDEX" && hash ? ((key as number | undefined) ?? 1) : undefined;
}

/** Removes an entry under an older index key; whoever it is the last entry of is brought to the newest first. */
export async function sweep(keyring: Keyring, item: Item): Promise<boolean> {
  if (clinicOf(item) !== keyring.clinic) return false;
  const [number, newest] = [indexedUnder(item), keyring.marking.at(-1)?.number ?? 0];
  if (number === undefined) return item.pk.startsWith("PATIENT#") ? reindex(keyring, item) : false;
  if (number >= newest) return false;
  const { pk, sk } = keyOf("index", item.pk.split("#").slice(1), item.sk);
  await client.send(new DeleteCommand({ TableName: tableOf("index"), Key: { pk, sk } }));
  return true;
}
