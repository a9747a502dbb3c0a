import { RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";

/** Whom alarms are told: an encrypted topic, to which CloudWatch's alarms of this account publish. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;
  readonly key: Key;

  /** @param mail whom the alarms are mailed to; nobody if it is empty, and the synth says so. */
  constructor(scope: Construct, id: string, { mail }: { mail: string }) {
    super(scope, id);
    const cloudWatch = new ServicePrincipal("cloudwatch.amazonaws.com");
    this.key = new Key(this, "Key", {
      description: "Praxis: alarms",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudWatch],
        actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
        resources: ["*"],
      }),
    );
    this.topic = new Topic(this, "Topic", { displayName: "Praxis alarms", masterKey: this.key, enforceSSL: true });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudWatch],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    if (mail) this.topic.addSubscription(new EmailSubscription(mail));
    else
      Validations.of(this).addWarning("praxis:alarmMail", "Nobody hears the alarms: set praxis:alarmMail in cdk.json.");
  }
}
