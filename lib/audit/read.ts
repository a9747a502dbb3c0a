import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient, paginateQuery, paginateScan } from "@aws-sdk/lib-dynamodb";
import pLimit from "p-limit";
import { env, envOr } from "../../functions/kernel/env.ts";
import { clinicOf, type Entry, type Link, type Seal } from "../../functions/trail/chain.ts";
import type { Archived, Copy, Evidence } from "./evidence.ts";

type Item = Record<string, unknown> & { pk: string; sk: string };

/**
 * Gathers what there is to judge each clinic's trail by, or one clinic's: the archive, the whole audit table, the public
 * key. Needs the rights to scan the table, to read the bucket and to ask KMS for the public key; none to write. What
 * speaks of other things is read before them, so that what is written meanwhile is never taken for missing.
 */
export async function* readTrails(only: string | undefined): AsyncGenerator<Evidence> {
  const kms = new KMSClient({ endpoint: envOr("KMS_ENDPOINT") });
  const { PublicKey: publicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: env("SEAL_KEY") }));
  if (!publicKey) throw new Error("KMS gave no public key");
  const archives = Map.groupBy(await keysBelow(only ? `audit/${only}/` : "audit/"), (key) => key.split("/")[1] ?? "");
  const known = only ? [only] : [...archives.keys(), ...(await partition("SEAL#-")).map(({ sk }) => sk)];
  const chains = new Map<string, Omit<Evidence, "entries">>();
  for (const clinic of new Set(known)) {
    const archive = await readArchive(archives.get(clinic) ?? []);
    chains.set(clinic, { clinic, archive, ...(await readChain(clinic)), publicKey });
  }
  const entries = Map.groupBy(await scanEntries(only), ({ pk }) => clinicOf(pk));
  for (const clinic of [...new Set([...chains.keys(), ...entries.keys()])].sort()) {
    const chain = chains.get(clinic) ?? { clinic, links: [], seals: [], archive: [], publicKey };
    yield { ...chain, entries: entries.get(clinic) ?? [] };
  }
}

/** A clinic's chain as it stood when the reading began; links that came after are left out. */
async function readChain(clinic: string): Promise<Pick<Evidence, "links" | "head" | "seals">> {
  const seals = await partition(`SEAL#${clinic}`);
  const links = (await partition(`CHAIN#${clinic}`)) as unknown as Link[];
  const headOf = (items: readonly Item[]) => items.find(({ sk }) => sk === "HEAD") as Evidence["head"] | undefined;
  const [head, later] = [headOf(seals), headOf(await partition(`SEAL#${clinic}`, "HEAD"))];
  const isNew = ({ seq }: Link) => seq > (head?.seq ?? 0) && seq <= (later?.seq ?? 0);
  return {
    links: links.filter((link) => !isNew(link)),
    ...(head ? { head } : {}),
    seals: seals.filter(({ sk }) => sk !== "HEAD").map((item) => ({ ...(item as unknown as Seal), clinic })),
  };
}

function table() {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: envOr("DYNAMODB_ENDPOINT") }));
  return { client, asked: { TableName: env("AUDIT_TABLE"), ConsistentRead: true } };
}

async function partition(pk: string, from = " "): Promise<Item[]> {
  const { client, asked } = table();
  const items: Item[] = [];
  const only = {
    KeyConditionExpression: "pk = :pk AND sk >= :from",
    ExpressionAttributeValues: { ":pk": pk, ":from": from },
  };
  for await (const { Items = [] } of paginateQuery({ client }, { ...asked, ...only })) items.push(...(Items as Item[]));
  return items;
}

async function scanEntries(clinic: string | undefined): Promise<Entry[]> {
  const { client, asked } = table();
  const entries: Entry[] = [];
  const only = {
    FilterExpression: "begins_with(pk, :pk)",
    ExpressionAttributeValues: { ":pk": clinic ? `AUDIT#${clinic}#` : "AUDIT#" },
  };
  for await (const { Items = [] } of paginateScan({ client }, { ...asked, ...only }))
    entries.push(...(Items as Entry[]));
  return entries;
}

function bucket() {
  const endpoint = envOr("ARCHIVE_ENDPOINT");
  return { client: new S3Client({ endpoint, forcePathStyle: endpoint !== undefined }), Bucket: env("ARCHIVE_BUCKET") };
}

async function keysBelow(Prefix: string): Promise<string[]> {
  const { client, Bucket } = bucket();
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
    keys.push(...Contents.map(({ Key = "" }) => Key));
  return keys;
}

async function readArchive(keys: readonly string[]): Promise<Archived[]> {
  const { client, Bucket } = bucket();
  const few = pLimit(8);
  const read = async (Key: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return parsed(Key, (await Body?.transformToString()) ?? "");
  };
  return Promise.all(keys.map((key) => few(() => read(key))));
}

/** An object's lines; one that is not as a sealer writes it has no seal. */
function parsed(key: string, text: string): Archived {
  try {
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Partial<Copy> & { seal?: Seal });
    const seal = lines.at(-1)?.seal;
    const copies = lines.filter((line): line is Copy => line.link !== undefined);
    return { key, copies, ...(seal ? { seal } : {}) };
  } catch {
    return { key, copies: [] };
  }
}
