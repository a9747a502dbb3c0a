import { randomUUID } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyResult, Context } from "aws-lambda";
import type { TableName } from "../../functions/kernel/families.ts";
import { rightsOf } from "../../functions/kernel/route.ts";
import { type NamedWorker, rightsOfWorker } from "../../functions/workers.ts";
import { guard, guardObjects, type Role, withRights } from "./rights.ts";
import type { Invoke } from "./server.ts";

/** Without the callbacks, which Lambda's Node 24 no longer has. */
type LambdaContext = Omit<Context, "done" | "fail" | "succeed">;

interface Handler<Answer> {
  handler: (event: unknown, context: LambdaContext) => Promise<Answer>;
}

/** Hands a worker's function what woke it, and gives what the function answers. */
export type Wake = (worker: NamedWorker, event: unknown) => Promise<unknown>;

/** After so many milliseconds API Gateway gives up on a function. */
const patience = 29_000;

/** Calls a route's handler in this process, loading it at its first request, with the rights it declares. */
export function handlersOn(tableNames: Record<TableName, string>): Invoke {
  const run = runnerOn(tableNames);
  return (route, event) => run<APIGatewayProxyResult>(route.handler, { ...route, rights: rightsOf(route) }, event);
}

/** Calls a worker's handler likewise. */
export function workersOn(tableNames: Record<TableName, string>): Wake {
  const run = runnerOn(tableNames);
  return (worker, event) => run(worker.handler, { ...worker, rights: rightsOfWorker(worker) }, event);
}

function runnerOn(tableNames: Record<TableName, string>) {
  let guarded: Promise<void> | undefined;
  return async <Answer>(path: string, role: Role, event: unknown): Promise<Answer> => {
    guarded ??= guardClients(tableNames);
    await guarded;
    const { handler } = await load<Handler<Answer>>(path);
    return withRights(role, () => handler(event, contextOf(role.name)));
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
function contextOf(name: string): LambdaContext {
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
