import { Fn, Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/**
 * A text that is another one with every new stack: the last part of its id. Names that must be chosen carry it, so that
 * a stack deployed again does not meet what the one before left behind.
 */
export function stackMark(construct: IConstruct): string {
  return Fn.select(2, Fn.split("/", Stack.of(construct).stackId));
}
