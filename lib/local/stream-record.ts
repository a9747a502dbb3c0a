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

/** Whether a function wants a record: what its event source mapping's filter says. */
export type Wanted = (record: StreamRecord) => boolean;

/** Events of the outbox of these types. */
export const eventsOf =
  (types: readonly string[]): Wanted =>
  ({ eventName, dynamodb }) => {
    const { pk, type } = dynamodb?.NewImage ?? {};
    return eventName === "INSERT" && Boolean(pk?.S?.startsWith("EVENT#")) && types.includes(type?.S ?? "");
  };

/** Entries of the audit trail, and what is changed or deleted of them and of what holds them. */
export const ofTrail: Wanted = ({ eventName, dynamodb }) => {
  const pk = dynamodb?.Keys?.["pk"]?.S ?? "";
  const isOf = (...families: string[]) => families.some((family) => pk.startsWith(`${family}#`));
  return eventName === "INSERT" ? isOf("AUDIT") : eventName === "REMOVE" || isOf("AUDIT", "CHAIN");
};
