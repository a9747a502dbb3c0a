import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { NamedRoute } from "../../functions/api.ts";
import { ApiFunction, type FunctionEnv } from "./api-function.ts";
import { accept } from "./findings.ts";
import type { Identity } from "./identity.ts";
import type { Logs } from "./logs.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";

export interface FunctionsProps {
  routes: readonly NamedRoute[];
  /** The directory in which each `<handler>/index.js` lies. */
  code: string;
  storage: Storage;
  identity: Identity;
  logs: Logs;
  settings: Settings;
}

/** One function for each route, so that each holds the rights of its route and no others. */
export class Functions extends Construct {
  readonly byRoute: ReadonlyMap<NamedRoute, LambdaFunction>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { routes, code, storage, logs } = props;
    const env = environment(props);
    this.byRoute = new Map(
      routes.map((route) => [route, new ApiFunction(this, idOf(route), { route, code, env, storage, logs }).function]),
    );
    this.#acceptFindings();
  }

  #acceptFindings(): void {
    accept(
      this,
      "HIPAA.Security-LambdaConcurrency",
      "The stage's throttle limits all routes together. A reserve for each function would take its share from every other one, and refuse a clinic's bookings while capacity lies idle.",
    );
    accept(
      this,
      "HIPAA.Security-LambdaDLQ",
      "The functions are called by API Gateway alone, which waits for the answer: a failed request is answered with a problem, and nothing is queued that could be lost.",
    );
    accept(
      this,
      "HIPAA.Security-LambdaInsideVPC",
      "The functions reach DynamoDB, KMS and Cognito only, each over TLS and by IAM; there is no network of one's own to protect. A VPC would add endpoints to pay for and nothing to refuse.",
    );
    accept(
      this,
      "AwsSolutions-IAM5[Resource::*]",
      "xray:PutTraceSegments and xray:PutTelemetryRecords know no resources. A test asserts that no other statement has this resource.",
    );
  }
}

function environment({ storage, identity, settings }: FunctionsProps): FunctionEnv {
  return {
    CLINIC_TABLE: storage.tables.clinic.tableName,
    KEYS_TABLE: storage.tables.keys.tableName,
    AUDIT_TABLE: storage.tables.audit.tableName,
    KMS_KEY: storage.dataKeysKey.keyArn,
    USER_POOL_ID: identity.pool.userPoolId,
    USER_POOL_CLIENT_ID: identity.client.userPoolClientId,
    ORIGINS: settings.origins.join(","),
  };
}

/** `schedules.addTimeOff` → `SchedulesAddTimeOff`. */
function idOf({ name }: NamedRoute): string {
  return name.replaceAll(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
