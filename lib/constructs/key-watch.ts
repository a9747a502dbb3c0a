import { Rule } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic.ts";

/**
 * Tells at once that a key is to be deleted, which takes 7 days or more and all data with it, or was disabled.
 * EventBridge hears of it through a CloudTrail trail of the account.
 */
export class KeyWatch extends Construct {
  constructor(scope: Construct, id: string, { keys, alarms }: { keys: readonly IKey[]; alarms: AlarmTopic }) {
    super(scope, id);
    new Rule(this, "Rule", {
      description: "A key of Praxis is to be deleted or was disabled",
      eventPattern: {
        source: ["aws.kms"],
        detailType: ["AWS API Call via CloudTrail"],
        detail: {
          eventName: ["ScheduleKeyDeletion", "DisableKey"],
          resources: { ARN: keys.map(({ keyArn }) => keyArn) },
        },
      },
      targets: [new SnsTopic(alarms.topic, { role: this.#teller(alarms).withoutPolicyUpdates() })],
    });
  }

  /** The rule tells the topic by a role of its own: a topic open to EventBridge would be open to every account's rules. */
  #teller({ topic, key }: AlarmTopic): Role {
    const tell = new ManagedPolicy(this, "TellTheTopic", {
      description: "Telling the alarm topic of keys in danger",
      statements: [
        new PolicyStatement({ actions: ["sns:Publish"], resources: [topic.topicArn] }),
        new PolicyStatement({ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [key.keyArn] }),
      ],
    });
    return new Role(this, "Teller", {
      assumedBy: new ServicePrincipal("events.amazonaws.com"),
      managedPolicies: [tell],
    });
  }
}
