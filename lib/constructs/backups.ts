import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from "aws-cdk-lib/aws-backup";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { Schedule } from "aws-cdk-lib/aws-events";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { accept } from "./findings.ts";
import { stackMark } from "./stack-mark.ts";

/**
 * A backup of every table each night, in a vault of its own, besides the tables' point-in-time recovery: it survives the
 * deletion of a table. Kept 35 days and no longer, like point-in-time recovery, since a patient's destroyed key lives on
 * in the backups of the keys table: their erasure is complete 35 days after it.
 */
export class Backups extends Construct {
  constructor(scope: Construct, id: string, { tables, key }: { tables: readonly Table[]; key: IKey }) {
    super(scope, id);
    const vault = new BackupVault(this, "Vault", {
      backupVaultName: `praxis-${stackMark(this)}`,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const plan = new BackupPlan(this, "Plan", { backupPlanName: Stack.of(this).stackName, backupVault: vault });
    plan.addRule(
      new BackupPlanRule({
        ruleName: "nightly",
        scheduleExpression: Schedule.cron({ hour: "5", minute: "0" }),
        deleteAfter: Duration.days(35),
      }),
    );
    const selection = plan.addSelection("Tables", {
      resources: tables.map((table) => BackupResource.fromDynamoDbTable(table)),
    });
    accept(
      selection,
      "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]",
      "AWS Backup's own policy, kept by AWS as the service's needs change; the role is assumed by AWS Backup alone and only backs up.",
    );
  }
}
