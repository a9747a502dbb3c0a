import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { TableName } from "../../functions/kernel/families.ts";
import type { Archive } from "./archive.ts";
import { createTables, dropTables } from "./create-tables.ts";
import { originsOf, setEnvironment, tablesEnvironment } from "./environment.ts";
import { handlersOn, workersOn } from "./handlers.ts";
import type { Kms } from "./kms.ts";
import { startServer } from "./server.ts";
import { openState, type State, type StatePlace, startServices, type Undo } from "./services.ts";
import { type PoolAddress, type Users, usersOf } from "./users.ts";
import { startWorkers, type Workers } from "./workers.ts";

export type BackendOptions = StatePlace & {
  /** Zero takes any free port. */
  port: number;
  /** Lets a request say by `x-test-now` (RFC 3339) when it came in. */
  testClock?: boolean;
  /** The handlers log nothing; else they log faults, or what LOG says (`all`). */
  quiet?: boolean;
  /** The audit trail is sealed only when a test waits for it. */
  sealsWhenAsked?: boolean;
  /** Nothing works beside the requests: where they are counted or measured. */
  requestsOnly?: boolean;
};

/** The whole backend, running on this machine. A process runs one: the handlers find it by the environment. */
export interface Backend extends PoolAddress, Users {
  url: string;
  /** The API reference page. */
  docsUrl: string;
  dynamodbEndpoint: string;
  kms: Kms;
  archive: Archive;
  tableNames: Record<TableName, string>;
  /** Resolves with a child's name when that child has ended, be it by itself or by `stop`. */
  ended: Promise<string>;
  /** Ends every child and closes every server. */
  stop(): Promise<void>;
}

/** Starts all of it and waits until it answers. @throws CannotStart for what whoever started it can mend */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const undo: Undo = [];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    return { ...(await start(options, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: BackendOptions, undo: Undo): Promise<Omit<Backend, "stop">> {
  const state = await openState(options, undo);
  const origins = originsOf(process.env);
  const { promise: ready, resolve: open } = Promise.withResolvers<void>();
  const tableNames = tableNamesOf(state);
  const invoke = handlersOn(tableNames);
  let workers: Workers | undefined;
  // The port is taken first, since a busy one should be said before anything costly starts.
  const server = await startServer({
    ...options,
    origins,
    invoke: (...given) => ready.then(() => invoke(...given)),
    workers: () => ready.then(() => workers),
  });
  undo.push(server.close);
  const services = await startServices(state, origins, undo);
  const { kms, archive, cognito, dynamodbEndpoint, children } = services;
  const restore = setEnvironment(services, tableNames, { ...options, origins });
  undo.push(async () => restore());
  // First to go too: requests under way need all the rest.
  undo.push(server.close);
  const client = new DynamoDBClient({ endpoint: dynamodbEndpoint });
  if (state.isFresh) await dropTables(client, tableNames);
  await createTables(client, tableNames);
  client.destroy();
  if (!options.requestsOnly) {
    const { sealsWhenAsked } = options;
    const stream = { endpoint: dynamodbEndpoint, tableNames, folder: state.folder, sealsWhenAsked };
    workers = await startWorkers({ ...stream, wake: workersOn(tableNames) });
    undo.push(workers.stop);
  }
  const pool = { cognitoEndpoint: cognito.endpoint, poolId: cognito.poolId, clientId: cognito.clientId };
  const place = { ...pool, url: server.url, dynamodbEndpoint };
  await state.claim?.announce({ ...place, env: tablesEnvironment(), children: children.map(({ pid }) => pid) });
  open();
  return {
    ...place,
    docsUrl: `${server.url}/docs`,
    kms,
    archive,
    tableNames,
    ended: Promise.race(children.map(({ name, ended }) => ended.then(() => name))),
    ...usersOf(pool),
  };
}

/** A backend that keeps nothing has tables of its own, should another use the same DynamoDB. */
function tableNamesOf({ isKept }: State): Record<TableName, string> {
  const prefix = isKept ? "praxis" : `praxis-${randomUUID()}`;
  return { clinic: `${prefix}-clinic`, keys: `${prefix}-keys`, audit: `${prefix}-audit` };
}
