import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

/** Where everything writes its logs: encrypted under one key, kept as long as the settings say, and kept by a removal. */
export class Logs extends Construct {
  readonly key: Key;
  readonly #retention: RetentionDays;

  constructor(scope: Construct, id: string, { logRetentionDays }: { logRetentionDays: RetentionDays }) {
    super(scope, id);
    this.#retention = logRetentionDays;
    this.key = new Key(this, "Key", {
      description: "Praxis: logs",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.key.addToResourcePolicy(this.#encryptLogsOfThisAccount());
  }

  /** A log group; without a name CloudFormation makes one up, so that a new stack never meets an old one's group. */
  group(scope: Construct, id: string, logGroupName?: string): LogGroup {
    return new LogGroup(scope, id, {
      logGroupName,
      encryptionKey: this.key,
      retention: this.#retention,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  #encryptLogsOfThisAccount(): PolicyStatement {
    const { partition, region, account } = Stack.of(this);
    return new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      resources: ["*"],
      conditions: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*` },
      },
    });
  }
}
