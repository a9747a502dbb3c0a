import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type Function as LambdaFunction,
  StartingPosition,
} from "aws-cdk-lib/aws-lambda";
import { SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { type NamedWorker, rightsOfWorker } from "../../functions/workers.ts";
import { streamPatience } from "../wake.ts";
import { accept } from "./findings.ts";
import { acceptForFunctions } from "./function-findings.ts";
import { acceptFiles, environment, type FunctionsProps, filesEnvironment, idOf } from "./functions.ts";
import { HandlerFunction } from "./handler-function.ts";
import { followStream, sendTo } from "./rights.ts";

export interface WorkersProps extends Omit<FunctionsProps, "routes"> {
  workers: readonly NamedWorker[];
}

/** The functions that no request calls, each with what wakes it, and the queue that is told of what they could not do. */
export class Workers extends Construct {
  /** What was given up: events by their place in the stream, ticks whole. No person's data. */
  readonly failures: Queue;
  /** The functions that follow the outbox. */
  readonly ofOutbox: LambdaFunction[] = [];
  readonly #props: WorkersProps;

  constructor(scope: Construct, id: string, props: WorkersProps) {
    super(scope, id);
    this.#props = props;
    this.failures = new Queue(this, "Failures", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    for (const worker of props.workers) {
      if ("events" in worker.wakes) this.#followOutbox(worker, worker.wakes.events);
      else this.#everyMinute(worker);
    }
    this.#acceptFindings();
  }

  #functionOf(worker: NamedWorker): LambdaFunction {
    const { name, summary, handler, vault, objects, wakes } = worker;
    const { code, storage, documents, logs } = this.#props;
    const stream = "events" in wakes ? [followStream(storage.tables.clinic)] : [];
    return new HandlerFunction(this, idOf(name), {
      name,
      description: summary,
      handler,
      rights: rightsOfWorker(worker),
      vault,
      objects,
      more: [...stream, sendTo(this.failures)],
      // Time for a whole list of waiting people, or for all that an outage left behind.
      timeout: Duration.minutes(2),
      deadLetterQueue: this.failures,
      code,
      env: { ...environment(this.#props), ...(objects ? filesEnvironment(this.#props) : {}) },
      storage,
      documents,
      logs,
    }).function;
  }

  /** From the stream's beginning, so that nothing told before the first deployment is lost; other writes wake nobody. */
  #followOutbox(worker: NamedWorker, types: readonly string[]): void {
    const target = this.#functionOf(worker);
    this.ofOutbox.push(target);
    new EventSourceMapping(this, `${idOf(worker.name)}Outbox`, {
      target,
      eventSourceArn: this.#props.storage.tables.clinic.tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: streamPatience.batchSize,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: streamPatience.retryAttempts,
      maxRecordAge: Duration.hours(streamPatience.maxRecordAgeHours),
      onFailure: new SqsDlq(this.failures),
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual("INSERT"),
          dynamodb: {
            Keys: { pk: { S: FilterRule.beginsWith("EVENT#") } },
            NewImage: { type: { S: FilterRule.or(...types) } },
          },
        }),
      ],
    });
  }

  /** A minute that fails is not tried again: the next one does what it left. */
  #everyMinute(worker: NamedWorker): void {
    const target = this.#functionOf(worker);
    target.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, `${idOf(worker.name)}Clock`, {
      description: worker.summary,
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaTarget(target, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }

  #acceptFindings(): void {
    acceptForFunctions(this);
    acceptFiles(this, this.#props.documents);
    accept(
      this,
      "HIPAA.Security-LambdaConcurrency",
      "There are no more at once than the stream has shards, and one a minute. A reserve would be taken from the functions that answer requests.",
    );
  }
}
