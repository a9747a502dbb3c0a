import { Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import {
  type DynamoAction,
  type Family,
  families,
  type ObjectAction,
  type Rights,
  type TableName,
} from "../../functions/kernel/families.ts";
import { tables } from "../tables.ts";
import type { Documents } from "./documents.ts";
import type { Storage } from "./storage.ts";

/** What a function may come to touch. */
export interface Touched {
  storage: Storage;
  documents: Documents;
  log: ILogGroup;
}

/** All that a function may do in the account: what its route or worker declares, writing its own log, and being traced. */
export function statementsFor(
  {
    rights,
    vault,
    objects,
  }: { rights: Rights; vault?: boolean | undefined; objects?: readonly ObjectAction[] | undefined },
  { storage, documents, log }: Touched,
): PolicyStatement[] {
  const tableRights = Object.entries(rights).flatMap(([action, touched]) =>
    tableStatements(action as DynamoAction, touched, storage),
  );
  return [
    ...tableRights,
    ...(tableRights.length > 0 ? [readTablesThroughDynamo(storage)] : []),
    ...(vault ? [unwrapClinicKeys(storage)] : []),
    ...(objects ? fileStatements(objects, documents) : []),
    new PolicyStatement({ actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [log.logGroupArn] }),
    // X-Ray knows no resources (Service Authorization Reference, AWS X-Ray).
    new PolicyStatement({ actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] }),
  ];
}

/** One action, one statement for each table it is done to, confined to the partitions of the families declared. */
function tableStatements(action: DynamoAction, touched: readonly Family[], storage: Storage): PolicyStatement[] {
  const byTable = Object.groupBy(touched, (family) => families[family].table);
  return Object.entries(byTable).map(
    ([name, inTable]) =>
      new PolicyStatement({
        actions: [`dynamodb:${action}`],
        resources: resourcesOf(name as TableName, action, storage),
        conditions: {
          "ForAllValues:StringLike": {
            "dynamodb:LeadingKeys": inTable.map((family) => `${families[family].prefix}#*`),
          },
        },
      }),
  );
}

/** The table and, for what can be read in another order, its index. */
function resourcesOf(name: TableName, action: DynamoAction, storage: Storage): string[] {
  const { tableArn } = storage.tables[name];
  const index = tables[name].localIndex;
  return action === "Query" && index ? [tableArn, `${tableArn}/index/${index.name}`] : [tableArn];
}

/** DynamoDB opens a table's key in the name of whoever reads or writes, so each role needs this, and needs it there only. */
function readTablesThroughDynamo({ tableKey }: Storage): PolicyStatement {
  return new PolicyStatement({
    actions: ["kms:Decrypt", "kms:DescribeKey"],
    resources: [tableKey.keyArn],
    conditions: { StringEquals: { "kms:ViaService": `dynamodb.${Stack.of(tableKey).region}.amazonaws.com` } },
  });
}

/** Unwraps clinics' data keys, if the request says whose: KMS checks that the key was wrapped for that clinic. */
function unwrapClinicKeys({ dataKeysKey }: Storage): PolicyStatement {
  return new PolicyStatement({
    actions: ["kms:Decrypt"],
    resources: [dataKeysKey.keyArn],
    conditions: { "ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": ["clinic"] } },
  });
}

/** Following a table's stream. What is read of it is decrypted through DynamoDB, as what is read of the table. */
export function followStream(table: Table): PolicyStatement {
  return new PolicyStatement({
    actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
    resources: [table.tableStreamArn ?? ""],
  });
}

export function sendTo(queue: IQueue): PolicyStatement {
  return new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] });
}

/**
 * The actions on the files of documents, and the use of the bucket's key that comes with them: S3 asks for it in the name
 * of whoever sends or fetches. Only who may list is told by S3 that a file is not there; the keys it lists are ids.
 */
function fileStatements(actions: readonly ObjectAction[], { bucket, key }: Documents): PolicyStatement[] {
  const onFiles = actions.filter((action) => action !== "ListBucket").map((action) => `s3:${action}`);
  const isSending = actions.includes("PutObject");
  return [
    new PolicyStatement({ actions: onFiles, resources: [bucket.arnForObjects("documents/*")] }),
    ...(actions.includes("ListBucket")
      ? [new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] })]
      : []),
    new PolicyStatement({
      // To put parts together, S3 opens them first.
      actions: ["kms:Decrypt", ...(isSending ? ["kms:GenerateDataKey"] : [])],
      resources: [key.keyArn],
      conditions: { StringEquals: { "kms:ViaService": `s3.${Stack.of(key).region}.amazonaws.com` } },
    }),
  ];
}
