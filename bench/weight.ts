import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/*
 * What DynamoDB bills, by the rules of its Developer Guide: "DynamoDB item sizes and formats", "DynamoDB throughput
 * capacity", "Amazon DynamoDB Transactions: how it works" and "Local secondary indexes". DynamoDB Local's own
 * ConsumedCapacity is wrong for transactions.
 */

export type Attributes = Record<string, AttributeValue>;

const kb = 1024;

/** An item's size in bytes: the names of its attributes and their values. Numbers are what the guide calls approximate. */
export function weightOf(item: Attributes): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + weightOfValue(value), 0);
}

function weightOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return weightOfNumber(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  // A list or a map takes three bytes, and one more for each of its elements.
  if (value.L !== undefined) return value.L.reduce((sum, each) => sum + 1 + weightOfValue(each), 3);
  if (value.M !== undefined) return weightOf(value.M) + Object.keys(value.M).length + 3;
  const set = value.SS?.map((each) => Buffer.byteLength(each)) ?? value.NS?.map(weightOfNumber);
  return (set ?? value.BS?.map((each) => each.length) ?? []).reduce((sum, each) => sum + each, 0);
}

/**
 * A byte, one more for every two significant digits, and one for a minus. The guide says "approximately"; the pairs are
 * counted from the decimal point, as DynamoDB Local does. A number written with an exponent is none of ours.
 */
function weightOfNumber(text: string): number {
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const digits = `${"0".repeat(whole.length % 2)}${whole}${fraction}${"0".repeat(fraction.length % 2)}`;
  const pairs = digits.match(/../g) ?? [];
  const counts = (pair: string) => pair !== "00";
  const significant = pairs.findLastIndex(counts) - pairs.findIndex(counts) + 1;
  return 1 + (pairs.some(counts) ? significant : 0) + (text.startsWith("-") ? 1 : 0);
}

export interface Change {
  /** The item before and after; absent where there was or is none. */
  before: Attributes | undefined;
  after: Attributes | undefined;
}

/** Write units of a change to the table itself: one for each KB begun of the larger state, two in a transaction. */
export function writeUnits({ before, after }: Change, inTransaction: boolean): number {
  return started(Math.max(weightOf(before ?? {}), weightOf(after ?? {})), kb) * (inTransaction ? 2 : 1);
}

/**
 * Write units of the copy in a local index sorted by `at` that projects every attribute: one write where the copy comes,
 * goes or changes, two where its place changes. What the guide does not say is taken to be dearer: that the copy of a
 * transaction's item counts twice, too.
 */
export function indexUnits({ before, after }: Change, inTransaction: boolean): number {
  const [was, is] = [before?.["at"]?.S, after?.["at"]?.S];
  const once = inTransaction ? 2 : 1;
  const leaving = before && was !== undefined ? started(weightOf(before), kb) * once : 0;
  const coming = after && is !== undefined ? started(weightOf(after), kb) * once : 0;
  return was === is ? Math.max(leaving, coming) : leaving + coming;
}

/** Read units, strongly consistent: one for each 4 KB begun; what is not there costs one. */
export function readUnits(bytes: number): number {
  return started(bytes, 4 * kb);
}

function started(bytes: number, unit: number): number {
  return Math.max(1, Math.ceil(bytes / unit));
}
