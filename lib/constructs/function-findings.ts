import type { IConstruct } from "constructs";
import { accept } from "./findings.ts";

/** Accepts what is found of every function alike. */
export function acceptForFunctions(functions: IConstruct): void {
  accept(
    functions,
    "HIPAA.Security-LambdaInsideVPC",
    "The functions reach DynamoDB, KMS and Cognito only, each over TLS and by IAM; there is no network of one's own to protect. A VPC would add endpoints to pay for and nothing to refuse.",
  );
  accept(
    functions,
    "AwsSolutions-IAM5[Resource::*]",
    "xray:PutTraceSegments and xray:PutTelemetryRecords know no resources. A test asserts that no other statement has this resource.",
  );
}
