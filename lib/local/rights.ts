import { AsyncLocalStorage } from "node:async_hooks";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  type Family,
  families,
  type ObjectAction,
  type Rights,
  type TableName,
} from "../../functions/kernel/families.ts";
import { objectTouches, touchesOf } from "./touches.ts";

/** Whose rights: a route's or a worker's name, and all that it may do to the tables. */
export interface Role {
  name: string;
  rights: Rights;
  /** All that it may do to the files of documents. */
  objects?: readonly ObjectAction[] | undefined;
}

const invocation = new AsyncLocalStorage<Role>();

/** Runs a handler with these rights and no others, as its role gives them in the cloud. */
export function withRights<Result>(role: Role, run: () => Promise<Result>): Promise<Result> {
  return invocation.run(role, run);
}

/** What IAM answers to an action that the role does not allow. */
class AccessDenied extends Error {
  readonly $fault = "client";
  readonly $metadata = { httpStatusCode: 400 };

  constructor(message: string) {
    super(message);
    this.name = "AccessDeniedException";
  }
}

/**
 * Makes a DynamoDB client refuse, within an invocation, what its route or worker does not declare: an action, or the
 * family that a partition key begins with (`dynamodb:LeadingKeys`). Outside of invocations all is let through.
 */
export function guard(client: Pick<DynamoDBDocumentClient, "middlewareStack">, names: Record<TableName, string>): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const role = invocation.getStore();
        if (role) mustAllow(role, String(commandName).replace(/Command$/, ""), args.input, names);
        return next(args);
      },
    // By then a DocumentClient's values are those of the wire, whichever client was called.
    { step: "build", name: "praxisRights", override: true },
  );
}

/** The same for S3: a request, or an address that a handler signs, must keep to the actions that its route declares. */
export function guardObjects(client: Pick<S3Client, "middlewareStack">): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const role = invocation.getStore();
        const denied =
          role && objectTouches(String(commandName).replace(/Command$/, ""), args.input).find(isDenied(role));
        if (denied) throw new AccessDenied(`${role.name} may not ${denied} in the bucket: it does not declare it`);
        return next(args);
      },
    { step: "build", name: "praxisRights", override: true },
  );
}

function isDenied({ objects = [] }: Role) {
  return (action: string) => !objects.some((declared) => declared === action);
}

function mustAllow({ name, rights }: Role, command: string, input: object, names: Record<TableName, string>): void {
  for (const { action, table, pk } of touchesOf(command, input)) {
    const family = familyOf(table, pk, names);
    const allowed: readonly Family[] = (action && rights[action]) || [];
    if (family && allowed.includes(family)) continue;
    const key = pk?.S?.split("#")[0] ?? "any key";
    throw new AccessDenied(
      `${name} may not ${action ?? command} ${key} in ${table ?? "any table"}: it does not declare it`,
    );
  }
}

function familyOf(table: string | undefined, pk: AttributeValue | undefined, names: Record<TableName, string>) {
  const prefix = pk?.S?.split("#")[0];
  const isThis = (family: Family) => families[family].prefix === prefix && names[families[family].table] === table;
  return (Object.keys(families) as Family[]).find(isThis);
}
