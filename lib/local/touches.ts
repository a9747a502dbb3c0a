import type {
  AttributeValue,
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
  QueryCommandInput,
  TransactGetItemsCommandInput,
  TransactWriteItemsCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { DynamoAction } from "../../functions/kernel/families.ts";

/** One thing that a request does: an action as IAM counts it, on a table's partition. */
export interface Touch {
  /** Absent: an action that no route can declare, such as a scan. */
  action?: DynamoAction;
  table?: string | undefined;
  pk?: AttributeValue | undefined;
}

interface Keyed {
  TableName?: string | undefined;
  Key?: Record<string, AttributeValue> | undefined;
  Item?: Record<string, AttributeValue> | undefined;
}

const one =
  (action: DynamoAction) =>
  (input: Keyed): Touch[] => [{ action, table: input.TableName, pk: (input.Key ?? input.Item)?.["pk"] }];

const readers = {
  GetItem: one("GetItem"),
  PutItem: one("PutItem"),
  UpdateItem: one("UpdateItem"),
  DeleteItem: one("DeleteItem"),
  Query: (input: QueryCommandInput): Touch[] => [{ action: "Query", table: input.TableName, pk: partitionOf(input) }],
  BatchGetItem: ({ RequestItems = {} }: BatchGetItemCommandInput): Touch[] =>
    Object.entries(RequestItems).flatMap(([table, { Keys = [] }]) =>
      Keys.map((key) => ({ action: "BatchGetItem" as const, table, pk: key["pk"] })),
    ),
  BatchWriteItem: ({ RequestItems = {} }: BatchWriteItemCommandInput): Touch[] =>
    Object.entries(RequestItems).flatMap(([table, writes]) =>
      writes.map(({ PutRequest, DeleteRequest }) => ({
        action: "BatchWriteItem" as const,
        table,
        pk: (PutRequest?.Item ?? DeleteRequest?.Key)?.["pk"],
      })),
    ),
  TransactGetItems: ({ TransactItems = [] }: TransactGetItemsCommandInput): Touch[] =>
    TransactItems.flatMap(({ Get }) => one("GetItem")(Get ?? {})),
  TransactWriteItems: ({ TransactItems = [] }: TransactWriteItemsCommandInput): Touch[] =>
    TransactItems.flatMap(({ Put, Update, Delete, ConditionCheck }) => [
      ...(Put ? one("PutItem")(Put) : []),
      ...(Update ? one("UpdateItem")(Update) : []),
      ...(Delete ? one("DeleteItem")(Delete) : []),
      ...(ConditionCheck ? one("ConditionCheckItem")(ConditionCheck) : []),
    ]),
};

/** What a DynamoDB request does, one by one; a transaction's members count as actions of their own, as in IAM. */
export function touchesOf(command: string, input: object): Touch[] {
  const read = (readers as Record<string, ((input: object) => Touch[]) | undefined>)[command];
  return read ? read(input) : [{}];
}

/** The partition that a query's key condition names: `pk = :value`, or with the attribute's name aliased. */
function partitionOf(input: QueryCommandInput): AttributeValue | undefined {
  const equations = (input.KeyConditionExpression ?? "").matchAll(/([#\w]+)\s*=\s*(:\w+)/g);
  for (const [, name = "", value = ""] of equations) {
    if ((input.ExpressionAttributeNames?.[name] ?? name) === "pk") return input.ExpressionAttributeValues?.[value];
  }
  return undefined;
}

interface ObjectInput {
  Tagging?: string | undefined;
  VersionId?: string | undefined;
}

/** What an S3 request takes the right to, as IAM names it (Service Authorization Reference, Amazon S3). */
export function objectTouches(command: string, input: object): string[] {
  const { Tagging, VersionId } = input as ObjectInput;
  const puts = ["PutObject", "UploadPart", "CreateMultipartUpload", "CompleteMultipartUpload"].includes(command);
  const action = puts ? "PutObject" : (aliases[command] ?? command);
  return [...(VersionId ? [`${action}Version`] : [action]), ...(Tagging ? ["PutObjectTagging"] : [])];
}

const aliases: Record<string, string | undefined> = {
  HeadObject: "GetObject",
  ListObjectVersions: "ListBucketVersions",
  ListMultipartUploads: "ListBucketMultipartUploads",
};
