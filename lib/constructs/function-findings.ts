import { Names } from "aws-cdk-lib";
import type { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import type { IConstruct } from "constructs";
import type { Documents } from "./documents.ts";
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

/** That the files of documents are named by where they lie: their ids are not known before they are made. */
export function acceptFiles(functions: IConstruct, { bucket }: Documents): void {
  acceptObjects(
    functions,
    bucket,
    "documents/*",
    "The files of documents, whose ids are not known before they are made. A test asserts that only who declares an action on them holds it.",
  );
}

/** That policies of a nested stack name objects by a pattern. The bucket's ARN is a parameter there, by the name that the CDK gives it. */
export function acceptObjects(functions: IConstruct, bucket: Bucket, objects: string, reason: string): void {
  const parameter = `referenceto${Names.nodeUniqueId((bucket.node.defaultChild as CfnBucket).node)}Arn`;
  accept(functions, `AwsSolutions-IAM5[Resource::<${parameter}>/${objects}]`, reason);
}
