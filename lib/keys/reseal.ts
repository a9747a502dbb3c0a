import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type Keyring, openFor, sealFor } from "../../functions/kernel/keyring.ts";
import { rewrapped } from "../../functions/kernel/patient-keys.ts";
import { client, get, type Item } from "../../functions/kernel/table.ts";
import { clinicBlobsIn, placeIn } from "./places.ts";
import { clinicOf, nameOf, type Walked } from "./walk.ts";

/** Seals a row anew by the clinic's newest key, if an older one sealed it, and says whether it did. */
export async function reseal(keyring: Keyring, table: Walked, item: Item): Promise<boolean> {
  if (clinicOf(item) !== keyring.clinic) return false;
  const older = clinicBlobsIn(item).filter(({ number }) => number < keyring.current.number);
  for (const { attribute } of older) {
    const blob = table === "keys" ? rewrapped(keyring, patientIn(item), item) : sealedAnew(keyring, item, attribute);
    if (await replaced(table, item, attribute, blob)) continue;
    // Somebody has written it since, or it is gone: look again.
    const now = await get({ family: table === "keys" ? "key" : "clinic", pk: item.pk, sk: item.sk });
    return now ? reseal(keyring, table, now) : false;
  }
  return older.length > 0;
}

function patientIn({ pk }: Item): string {
  return pk.split("#")[2] as string;
}

function sealedAnew(keyring: Keyring, item: Item, attribute: string): Uint8Array {
  const { type, id, version } = placeIn(item);
  return sealFor(keyring, type, id, version, openFor(keyring, type, id, version, item[attribute]));
}

/** Replaces a blob under the condition that it is the one that was read: whoever wrote meanwhile is not undone. */
async function replaced(table: Walked, item: Item, attribute: string, blob: Uint8Array): Promise<boolean> {
  try {
    await client.send(
      new UpdateCommand({
        TableName: nameOf(table),
        Key: { pk: item.pk, sk: item.sk },
        UpdateExpression: "SET #blob = :blob",
        ConditionExpression: "#blob = :seen",
        ExpressionAttributeNames: { "#blob": attribute },
        ExpressionAttributeValues: { ":blob": blob, ":seen": item[attribute] },
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name === "ConditionalCheckFailedException") return false;
    throw error;
  }
}
