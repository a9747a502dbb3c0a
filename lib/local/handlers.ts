import { randomUUID } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import type { NamedRoute } from "../../functions/api.ts";
import type { TableName } from "../../functions/kernel/families.ts";
import { guard, guardObjects, withRights } from "./rights.ts";
import type { Invoke } from "./server.ts";

interface Handler {
  handler: (event: APIGatewayProxyEvent, context: LambdaContext) => Promise<APIGatewayProxyResult>;
}

/** Without the callbacks, which Lambda's Node 24 no longer has. */
type LambdaContext = Omit<Context, "done" | "fail" | "succeed">;

/** After so many milliseconds API Gateway gives up on a function. */
const patience = 29_000;

/** Calls a route's handler in this process, loading it at its first request, with the rights it declares. */
export function handlersOn(tableNames: Record<TableName, string>): Invoke {
  let guarded: Promise<void> | undefined;
  return async (route, event) => {
    guarded ??= guardClients(tableNames);
    await guarded;
    const { handler } = await load<Handler>(route.handler);
    return withRights(route, () => handler(event, contextOf(route)));
  };
}

async function guardClients(tableNames: Record<TableName, string>): Promise<void> {
  const { client } = await load<{ client: DynamoDBDocumentClient }>("kernel/table");
  guard(client, tableNames);
  const { objects } = await load<{ objects: S3Client }>("kernel/objects");
  guardObjects(objects);
}

/** A module under functions/: by its path at run time, since it reads the environment, which is not set before. */
function load<Module>(path: string): Promise<Module> {
  return import(new URL(`../../functions/${path}.ts`, import.meta.url).href) as Promise<Module>;
}

/** What Lambda tells a function about its invocation. */
function contextOf({ name }: NamedRoute): LambdaContext {
  const deadline = Date.now() + patience;
  const functionName = `praxis-${name.replace(".", "-")}`;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: "512",
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
