import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { absent, commitAll, put } from "../kernel/commit.ts";
import { toInstant, toMs } from "../kernel/instant.ts";
import { happened } from "../kernel/outbox.ts";
import { client, type Key, keyOf, tableOf } from "../kernel/table.ts";
import { findClinics } from "../members/store.ts";
import { afterHoursIn, type Count, countsOf, namesakesIn, usual } from "./alerts.ts";
import type { Entry } from "./chain.ts";

/** How long what was counted or told is remembered, in seconds. */
const remembered = 3 * 86_400;

/** Tells, once for each window, what looks odd in entries that have just been written. */
export async function alertTo(clinic: string, entries: readonly Entry[]): Promise<void> {
  for (const count of countsOf(entries)) {
    const { kind, user, from } = count;
    const about = { kind, user, from: toInstant(from) };
    if (await exceeds(clinic, count)) await tellOnce(clinic, `${kind}#${user}#${from}`, "audit.alert", about);
  }
  for (const { user, patient, day } of namesakesIn(entries)) {
    const about = { kind: "own-family", user, patient, day };
    await tellOnce(clinic, `own-family#${user}#${patient}#${day}`, "audit.alert", about);
  }
  const [settings] = await findClinics([clinic]);
  for (const { user, day } of settings ? afterHoursIn(entries, settings.zone) : []) {
    const about = { kind: "after-hours", user, day };
    await tellOnce(clinic, `after-hours#${user}#${day}`, "audit.alert", about);
  }
}

/** An event of the outbox with a mark beside it, so that it is told once however often it is found. */
export async function tellOnce(
  clinic: string,
  name: string,
  type: `${string}.${string}`,
  about: Record<string, string>,
): Promise<void> {
  const now = toInstant(Date.now());
  const mark = put(
    keyOf("watch", [clinic, "told"], name),
    { expires: forgottenAt(now) },
    absent(() => new ToldAlready()),
  );
  await commitAll([mark, happened(clinic, type, about, now)]).catch((error: unknown) => {
    if (!(error instanceof ToldAlready)) throw error;
  });
}

class ToldAlready extends Error {
  override name = "ToldAlready";
}

/** Adds to what a user did in ten minutes, and says whether that is more than usual. Beyond that nothing is added. */
async function exceeds(clinic: string, { kind, user, from, of }: Count): Promise<boolean> {
  const key: Key = keyOf("watch", [clinic, user], `${kind}#${from}`);
  const added = new UpdateCommand({
    TableName: tableOf("watch"),
    Key: { pk: key.pk, sk: key.sk },
    UpdateExpression: "ADD seen :of SET expires = :expires",
    ConditionExpression: "attribute_not_exists(seen) OR size(seen) <= :usual",
    ExpressionAttributeValues: { ":of": of, ":usual": usual[kind], ":expires": forgottenAt(toInstant(Date.now())) },
    ReturnValues: "UPDATED_NEW",
  });
  try {
    const { Attributes } = await client.send(added);
    const { size } = (Attributes?.["seen"] ?? of) as Set<string>;
    return size > usual[kind];
  } catch (error) {
    if ((error as Error).name === "ConditionalCheckFailedException") return true;
    throw error;
  }
}

function forgottenAt(now: string): number {
  return Math.ceil(toMs(now) / 1000) + remembered;
}
