import type { TableName } from "../functions/kernel/families.ts";

/** How a table is keyed; the stack and the laptop both create it from here. */
export interface TableShape {
  partitionKey: "pk";
  sortKey: "sk";
  /** Items that carry an `at` can be read in its order, strongly consistent, within their partition. */
  localIndex?: { name: "byDate"; sortKey: "at" };
  /** The attribute (seconds since 1970) after which DynamoDB may drop an item. */
  timeToLive?: "expires";
  stream?: "NEW_AND_OLD_IMAGES";
}

export const tables: Record<TableName, TableShape> = {
  clinic: {
    partitionKey: "pk",
    sortKey: "sk",
    localIndex: { name: "byDate", sortKey: "at" },
    timeToLive: "expires",
    stream: "NEW_AND_OLD_IMAGES",
  },
  keys: { partitionKey: "pk", sortKey: "sk" },
  audit: { partitionKey: "pk", sortKey: "sk", stream: "NEW_AND_OLD_IMAGES" },
};
