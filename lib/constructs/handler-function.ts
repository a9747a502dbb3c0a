import { join } from "node:path";
import type { Duration } from "aws-cdk-lib";
import { ManagedPolicy, type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Env } from "../../functions/kernel/env.ts";
import type { ObjectAction, Rights } from "../../functions/kernel/families.ts";
import type { Documents } from "./documents.ts";
import type { Logs } from "./logs.ts";
import { statementsFor } from "./rights.ts";
import type { Storage } from "./storage.ts";

/** The settings that the stack gives every function; the others in `Env` are for laptops. */
export type FunctionEnv = Pick<
  Env,
  "CLINIC_TABLE" | "KEYS_TABLE" | "AUDIT_TABLE" | "KMS_KEY" | "USER_POOL_ID" | "USER_POOL_CLIENT_ID" | "ORIGINS"
> &
  Partial<Pick<Env, "SEAL_KEY" | "ARCHIVE_BUCKET">>;

/** Those that it gives to the functions that touch files, besides. */
export type FilesEnv = Required<Pick<Env, "DOCUMENTS_BUCKET" | "DOCUMENTS_KEY" | "SCAN_GATE">>;

export interface HandlerFunctionProps {
  /** What it is called in its policy: a route's or a worker's name. */
  name: string;
  description: string;
  handler: string;
  rights: Rights;
  /** What it may do to the files of documents. */
  objects?: readonly ObjectAction[] | undefined;
  vault?: boolean | undefined;
  /** What it may do besides. */
  more?: readonly PolicyStatement[];
  timeout: Duration;
  /** In MB. */
  memory?: number | undefined;
  deadLetterQueue?: IQueue;
  /** The directory in which `<handler>/index.js` lies. */
  code: string;
  env: FunctionEnv & Partial<FilesEnv>;
  storage: Storage;
  documents: Documents;
  logs: Logs;
}

/** A Lambda that runs one handler, with a role and a log of its own. */
export class HandlerFunction extends Construct {
  readonly function: LambdaFunction;
  readonly log: ILogGroup;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const { name, description, handler, rights, vault, objects, more = [], ...running } = props;
    const { timeout, memory = 512, deadLetterQueue, ...place } = running;
    const { code, env, storage, documents, logs } = place;
    const log = logs.group(this, "Log");
    this.log = log;
    const policy = new ManagedPolicy(this, "Rights", {
      description: `What ${name} may do`,
      statements: [...statementsFor({ rights, vault, objects }, { storage, documents, log }), ...more],
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      managedPolicies: [policy],
    });
    this.function = new LambdaFunction(this, "Function", {
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(code, handler)),
      handler: "index.handler",
      environment: { ...env },
      // More than most fill: processor time comes with it (0.3 of one with 512 MB), which cold starts and TLS are made of.
      memorySize: memory,
      timeout,
      deadLetterQueue,
      tracing: Tracing.ACTIVE,
      logGroup: log,
      // Makes JSON of what the function gives the console.
      loggingFormat: LoggingFormat.JSON,
      // The rights above are all; what the CDK would add to them stays out.
      role: role.withoutPolicyUpdates(),
    });
  }
}
