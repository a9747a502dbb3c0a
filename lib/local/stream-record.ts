import type { AttributeValue, _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";

/** A stream's record as Lambda hands it to a function: JSON, so bytes are base64 and instants seconds. */
export function recordOf({ dynamodb = {}, userIdentity, ...record }: StreamRecord, stream: string): DynamoDBRecord {
  const { ApproximateCreationDateTime: created, Keys, NewImage, OldImage, ...rest } = dynamodb;
  return {
    ...record,
    dynamodb: {
      ...rest,
      ApproximateCreationDateTime: created && Math.floor(created.getTime() / 1000),
      Keys: Keys && written(Keys),
      NewImage: NewImage && written(NewImage),
      OldImage: OldImage && written(OldImage),
    },
    eventSourceARN: stream,
  };
}

function written(image: Record<string, AttributeValue>) {
  const toText = (_: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
  return JSON.parse(JSON.stringify(image, toText)) as NonNullable<DynamoDBRecord["dynamodb"]>["Keys"];
}

/** Whether a record is an event of the outbox of one of these types: what the event source mapping's filter says. */
export function isEvent({ eventName, dynamodb }: StreamRecord, types: readonly string[]): boolean {
  const { pk, type } = dynamodb?.NewImage ?? {};
  return eventName === "INSERT" && Boolean(pk?.S?.startsWith("EVENT#")) && types.includes(type?.S ?? "");
}
