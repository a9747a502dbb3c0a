import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { NamedRoute } from "../../functions/api.ts";
import type { Env } from "../../functions/kernel/env.ts";
import type { Documents } from "./documents.ts";
import type { Logs } from "./logs.ts";
import { statementsFor } from "./rights.ts";
import type { Storage } from "./storage.ts";

/** The settings that the stack gives every function; the others in `Env` are for laptops. */
export type FunctionEnv = Pick<
  Env,
  "CLINIC_TABLE" | "KEYS_TABLE" | "AUDIT_TABLE" | "KMS_KEY" | "USER_POOL_ID" | "USER_POOL_CLIENT_ID" | "ORIGINS"
>;

/** Those that it gives to the functions that touch files, besides. */
export type FilesEnv = Required<Pick<Env, "DOCUMENTS_BUCKET" | "DOCUMENTS_KEY" | "SCAN_GATE">>;

export interface ApiFunctionProps {
  route: NamedRoute;
  /** The directory in which `<handler>/index.js` lies. */
  code: string;
  env: FunctionEnv & Partial<FilesEnv>;
  storage: Storage;
  documents: Documents;
  logs: Logs;
}

/** A route's Lambda, with a role and a log of its own. */
export class ApiFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { route, code, env, storage, documents, logs }: ApiFunctionProps) {
    super(scope, id);
    const log = logs.group(this, "Log");
    const policy = new ManagedPolicy(this, "Rights", {
      description: `What ${route.name} may do`,
      statements: statementsFor(route, { storage, documents, log }),
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      managedPolicies: [policy],
    });
    this.function = new LambdaFunction(this, "Function", {
      description: `${route.method} ${route.path}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(code, route.handler)),
      handler: "index.handler",
      environment: { ...env },
      // More than it fills: processor time comes with it (0.3 of one here), which cold starts and TLS are made of.
      memorySize: 512,
      // A caller who waits longer has given up; the gateway itself would wait 29 s.
      timeout: Duration.seconds(10),
      tracing: Tracing.ACTIVE,
      logGroup: log,
      // Makes JSON of what the function gives the console.
      loggingFormat: LoggingFormat.JSON,
      // The rights above are all; what the CDK would add to them stays out.
      role: role.withoutPolicyUpdates(),
    });
  }
}
