import { Stack } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { CfnBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { NamedRoute } from "../../functions/api.ts";
import { ApiFunction, type FilesEnv, type FunctionEnv } from "./api-function.ts";
import type { Documents } from "./documents.ts";
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
  documents: Documents;
  identity: Identity;
  logs: Logs;
  settings: Settings;
}

/** One function for each route, so that each holds the rights of its route and no others. */
export class Functions extends Construct {
  readonly byRoute: ReadonlyMap<NamedRoute, LambdaFunction>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { routes, ...given } = props;
    this.byRoute = new Map(
      routes.map((route) => {
        const env = { ...environment(props), ...(route.objects ? filesEnvironment(props) : {}) };
        return [route, new ApiFunction(this, idOf(route), { ...given, route, env }).function];
      }),
    );
    this.#acceptFindings(props);
  }

  #acceptFindings({ documents }: FunctionsProps): void {
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
    const bucketId = Stack.of(this).getLogicalId(documents.bucket.node.defaultChild as CfnBucket);
    accept(
      this,
      `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/documents/*]`,
      "The files of documents, whose ids are not known before they are made. A test asserts that only the routes that declare an action on them hold it.",
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

/** What a function that touches files is told besides. */
function filesEnvironment({ documents, settings }: FunctionsProps): FilesEnv {
  return {
    DOCUMENTS_BUCKET: documents.bucket.bucketName,
    DOCUMENTS_KEY: documents.key.keyArn,
    SCAN_GATE: settings.scanGate,
  };
}

/** `schedules.addTimeOff` → `SchedulesAddTimeOff`. */
function idOf({ name }: NamedRoute): string {
  return name.replaceAll(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
