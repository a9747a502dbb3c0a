import { Duration } from "aws-cdk-lib";
import type { SpecRestApi } from "aws-cdk-lib/aws-apigateway";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { AlarmTopic } from "./alarm-topic.ts";
import { KeyWatch } from "./key-watch.ts";
import type { Workers } from "./workers.ts";

export interface MonitoringProps {
  rest: SpecRestApi;
  tables: readonly Table[];
  /** The keys without which the data is lost. */
  keys: readonly IKey[];
  workers: Pick<Workers, "failures" | "ofStreams" | "tampering">;
  settings: { alarmMail: string };
}

interface Rule {
  over: number;
  means: string;
  /** Once is enough, where otherwise two periods of three are asked for. */
  atOnce?: boolean;
}

const period = Duration.minutes(5);

/** What someone should be told of, and the topic that tells them. */
export class Monitoring extends Construct {
  readonly #alarms: AlarmTopic;

  constructor(scope: Construct, id: string, { rest, tables, keys, workers, settings }: MonitoringProps) {
    super(scope, id);
    this.#alarms = new AlarmTopic(this, "Alarms", { mail: settings.alarmMail });
    this.#alarm("FaultRate", rest.metricServerError({ period, statistic: Stats.AVERAGE }), {
      over: 0.01,
      means: "More than 1 request in 100 ended in a fault of ours (5xx).",
    });
    this.#alarm("SlowAnswers", rest.metricLatency({ period, statistic: Stats.percentile(99) }), {
      over: 3000,
      means: "1 answer in 100 takes longer than 3 seconds.",
    });
    this.#alarm("FunctionFaults", faultsOfAllFunctions(), {
      over: 0,
      means: "Functions crash, run out of time or cannot start, somewhere in this account and region.",
    });
    this.#alarm("Throttles", throttlesOf(tables), {
      over: 0,
      means: "DynamoDB refuses requests since a table, or one partition of it, is asked too much.",
    });
    this.#alarm("FailedEvents", workers.failures.metricApproximateNumberOfMessagesVisible({ period }), {
      over: 0,
      means: "An event of the outbox was given up, or a tick of the clock: its failure queue says which.",
    });
    workers.ofStreams.forEach((worker, number) => {
      this.#alarm(`OutboxLag${number || ""}`, lagOf(worker), {
        over: 5 * 60_000,
        means: "What the outbox or the audit trail tells is dealt with more than five minutes late.",
      });
    });
    workers.tampering.forEach((metric, number) => {
      this.#alarm(`Tampering${number || ""}`, metric, {
        over: 0,
        atOnce: true,
        means: "A row of the audit trail was changed or deleted: npm run audit:verify names it.",
      });
    });
    new KeyWatch(this, "KeyWatch", { keys, alarms: this.#alarms });
  }

  #alarm(id: string, metric: IMetric, { over, means, atOnce }: Rule): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold: over,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: atOnce ? 1 : 3,
      datapointsToAlarm: atOnce ? 1 : 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: means,
    });
    alarm.addAlarmAction(new SnsAction(this.#alarms.topic));
  }
}

/** Of all functions of the account and region: an alarm adds up ten metrics at most, and there is one per route. */
function faultsOfAllFunctions(): Metric {
  return new Metric({ namespace: "AWS/Lambda", metricName: "Errors", statistic: Stats.SUM, period });
}

/** How old the last event that a function was handed had become, in milliseconds. */
function lagOf(worker: LambdaFunction): Metric {
  return worker.metric("IteratorAge", { period, statistic: Stats.MAXIMUM });
}

function throttlesOf(tables: readonly Table[]): MathExpression {
  const metrics = tables.flatMap((table, number) =>
    ["ReadThrottleEvents", "WriteThrottleEvents"].map((name) => [
      `${name === "ReadThrottleEvents" ? "r" : "w"}${number}`,
      table.metric(name, { period, statistic: Stats.SUM }),
    ]),
  );
  const usingMetrics: Record<string, IMetric> = Object.fromEntries(metrics);
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(" + ");
  return new MathExpression({ expression, usingMetrics, period, label: "Throttled requests" });
}
