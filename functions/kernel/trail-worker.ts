import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { logWork, raise } from "./log.ts";
import type { Item } from "./table.ts";

/** A row that was added to the audit trail, and when the table took it, in seconds since 1970. */
export interface Written {
  row: Item;
  at: number;
}

/** A row of the audit table that was changed or deleted, which none ever is. */
export interface Tampered {
  /** The stream's own id of the record: the same however often it is handed on. */
  id: string;
  how: "modified" | "removed";
  pk: string;
  sk: string;
}

/**
 * A worker's Lambda handler for the audit table's stream. A batch is done as a whole or comes again as a whole, so the
 * handler must find nothing left to do where it has done its work before.
 */
export function onTrail(handle: (written: Written[], tampered: Tampered[]) => Promise<void>) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const written = Records.flatMap(writtenIn);
    const tampered = Records.flatMap(tamperedIn);
    // Told of before anything can fail: each time the batch comes, so a failure leaves the alarm on.
    for (const { how } of tampered) raise("the audit trail was tampered with", { how });
    const work = () => handle(written, tampered);
    const done = await logWork({ message: "trail", entries: written.length }, work);
    const first = Records[0]?.dynamodb?.SequenceNumber ?? "";
    return { batchItemFailures: done ? [] : [{ itemIdentifier: first }] };
  };
}

function writtenIn({ eventName, dynamodb }: DynamoDBRecord): Written[] {
  if (eventName !== "INSERT" || !dynamodb?.NewImage || !dynamodb.Keys?.["pk"]?.S?.startsWith("AUDIT#")) return [];
  const row = unmarshall(dynamodb.NewImage as Record<string, AttributeValue>) as Item;
  return [{ row, at: dynamodb.ApproximateCreationDateTime ?? 0 }];
}

function tamperedIn({ eventID, eventName, dynamodb }: DynamoDBRecord): Tampered[] {
  const { pk, sk } = dynamodb?.Keys ?? {};
  const [rowPk, rowSk] = [pk?.S ?? "", sk?.S ?? ""];
  const isHead = rowPk.startsWith("SEAL#");
  if (eventName === "INSERT" || (eventName === "MODIFY" && isHead)) return [];
  const how = eventName === "MODIFY" ? "modified" : "removed";
  return [{ id: eventID ?? dynamodb?.SequenceNumber ?? "", how, pk: rowPk, sk: rowSk }];
}
