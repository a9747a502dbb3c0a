import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Archive, startArchive } from "./archive.ts";
import type { Child } from "./child.ts";
import { type Cognito, startCognito } from "./cognito.ts";
import { startDynamoDb } from "./dynamodb.ts";
import { findJava } from "./java.ts";
import { type Kms, startKms } from "./kms.ts";
import { type Claim, claim, empty } from "./running.ts";
import { type S3, startS3 } from "./s3.ts";

/** Where the state is kept; `inMemory` keeps nothing. */
export type StatePlace = { stateDir: string; fresh?: boolean } | { inMemory: true };

/** Steps that undo what was started, to be taken last first. */
export type Undo = (() => Promise<unknown>)[];

export interface State {
  folder: string;
  /** Whether it is there to be found by the next start. */
  isKept: boolean;
  /** Whether what earlier starts have left is to be forgotten. */
  isFresh: boolean;
  claim?: Claim;
}

/** Opens the state folder, or one in the system's temporary folder that goes with the backend. */
export async function openState(place: StatePlace, undo: Undo): Promise<State> {
  if ("inMemory" in place) {
    const folder = await mkdtemp(join(tmpdir(), "praxis-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    return { folder, isKept: false, isFresh: true };
  }
  const folder = resolve(place.stateDir);
  const claimed = await claim(folder);
  undo.push(claimed.release);
  const isFresh = place.fresh === true;
  if (isFresh) await empty(folder);
  return { folder, isKept: true, isFresh, claim: claimed };
}

/** What stands in for AWS: its processes, and where to reach it. */
export interface Services {
  kms: Kms;
  archive: Archive;
  cognito: Cognito;
  s3: S3;
  dynamodbEndpoint: string;
  children: Child[];
}

/**
 * Starts them side by side; with DYNAMODB_ENDPOINT in the environment, DynamoDB is the one it names and needs no Java.
 * @throws CannotStart if one of them cannot
 */
export async function startServices(
  { folder, isKept }: State,
  origins: readonly string[],
  undo: Undo,
): Promise<Services> {
  const elsewhere = process.env["DYNAMODB_ENDPOINT"];
  const java = elsewhere ? "" : await findJava();
  const start = async <Service extends { stop(): Promise<void> }>(starting: Promise<Service>): Promise<Service> => {
    const service = await starting;
    undo.push(service.stop);
    return service;
  };
  const [cognitoFolder, dynamodbFolder] = [join(folder, "cognito"), join(folder, "dynamodb")];
  await Promise.all([cognitoFolder, dynamodbFolder].map((path) => mkdir(path, { recursive: true })));
  const starting = {
    kms: start(startKms(...(isKept ? [join(folder, "kms.json"), join(folder, "kms-signing.json")] : []))),
    archive: start(startArchive(join(folder, "archive"))),
    cognito: start(startCognito(cognitoFolder)),
    s3: start(startS3(origins, isKept ? join(folder, "s3") : undefined)),
    dynamodb: elsewhere ? Promise.resolve(undefined) : start(startDynamoDb(java, isKept ? dynamodbFolder : undefined)),
  };
  // A failure is told once each has started or failed, so that all there is to undo is known.
  await Promise.allSettled(Object.values(starting));
  const [kms, archive, s3] = [await starting.kms, await starting.archive, await starting.s3];
  const [cognito, dynamodb] = [await starting.cognito, await starting.dynamodb];
  const children = dynamodb ? [cognito, dynamodb] : [cognito];
  return { kms, archive, cognito, s3, dynamodbEndpoint: dynamodb?.endpoint ?? elsewhere ?? "", children };
}
