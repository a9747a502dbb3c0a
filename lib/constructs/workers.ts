import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { type IMetric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
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
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { type NamedWorker, rightsOfWorker } from "../../functions/workers.ts";
import { scanResultsOf, streamPatience, trailPatience } from "../wake.ts";
import type { Archive } from "./archive.ts";
import { accept } from "./findings.ts";
import { acceptFiles, acceptForFunctions, acceptObjects } from "./function-findings.ts";
import { FunctionStack } from "./function-stack.ts";
import { environment, type FunctionsProps, filesEnvironment, idOf } from "./functions.ts";
import { HandlerFunction } from "./handler-function.ts";
import { followStream, sendTo } from "./rights.ts";
import { stackMark } from "./stack-mark.ts";

export interface WorkersProps extends Omit<FunctionsProps, "routes"> {
  workers: readonly NamedWorker[];
  archive: Archive;
}

/** A nested stack of the functions that no request calls, each with what wakes it, and the queue that is told of what they could not do. */
export class Workers extends FunctionStack {
  /** What was given up: events by their place in the stream, ticks whole. No person's data. */
  readonly failures: Queue;
  /** The functions that follow a table's stream. */
  readonly ofStreams: LambdaFunction[] = [];
  /** How often a change or deletion in the audit trail was seen. */
  readonly tampering: IMetric[] = [];
  readonly #props: WorkersProps;

  constructor(scope: Construct, id: string, props: WorkersProps) {
    super(scope, id, { description: "Praxis: what the outbox, the audit trail and the clock wake" });
    this.#props = props;
    this.failures = new Queue(this, "Failures", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    for (const worker of props.workers) {
      if ("events" in worker.wakes) this.#followOutbox(worker, worker.wakes.events);
      else if ("trail" in worker.wakes) this.#followTrail(worker);
      else if ("scans" in worker.wakes) this.#hearScans(worker);
      else this.#byClock(worker, worker.wakes.every);
    }
    this.#acceptFindings();
  }

  #functionOf(worker: NamedWorker, followed: readonly Table[] = []): HandlerFunction {
    const { name, summary, handler, vault, objects, seals, minutes = 2, memory } = worker;
    const { code, storage, documents, archive, logs } = this.#props;
    const sealing = { SEAL_KEY: archive.signingKey.keyArn, ARCHIVE_BUCKET: archive.bucket.bucketName };
    return new HandlerFunction(this, idOf(name), {
      name,
      description: summary,
      handler,
      rights: rightsOfWorker(worker),
      vault,
      objects,
      more: [...followed.map(followStream), ...(seals ? archive.sealing() : []), sendTo(this.failures)],
      timeout: Duration.minutes(minutes),
      memory,
      deadLetterQueue: this.failures,
      code,
      env: {
        ...environment(this.#props),
        ...(objects || "scans" in worker.wakes ? filesEnvironment(this.#props) : {}),
        ...(seals ? sealing : {}),
      },
      storage,
      documents,
      logs,
    });
  }

  /** From the stream's beginning, so that nothing told before the first deployment is lost; other writes wake nobody. */
  #followOutbox(worker: NamedWorker, types: readonly string[]): void {
    const { clinic } = this.#props.storage.tables;
    const target = this.#functionOf(worker, [clinic]).function;
    this.ofStreams.push(target);
    new EventSourceMapping(this, `${idOf(worker.name)}Outbox`, {
      target,
      eventSourceArn: clinic.tableStreamArn,
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

  /** What it fails at is tried again until the stream forgets it, a day later: an entry left out would be found missing. */
  #followTrail(worker: NamedWorker): void {
    const { audit } = this.#props.storage.tables;
    const { function: target, log } = this.#functionOf(worker, [audit]);
    this.ofStreams.push(target);
    const startsWith = (...families: string[]) => families.map((name) => ({ prefix: `${name}#` }));
    const pkOf = (...families: string[]) => ({ dynamodb: { Keys: { pk: { S: startsWith(...families) } } } });
    new EventSourceMapping(this, `${idOf(worker.name)}Trail`, {
      target,
      eventSourceArn: audit.tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: trailPatience.batchSize,
      maxBatchingWindow: Duration.seconds(trailPatience.windowSeconds),
      reportBatchItemFailures: true,
      onFailure: new SqsDlq(this.failures),
      filters: [
        FilterCriteria.filter({ eventName: FilterRule.isEqual("INSERT"), ...pkOf("AUDIT") }),
        FilterCriteria.filter({ eventName: FilterRule.isEqual("MODIFY"), ...pkOf("AUDIT", "CHAIN") }),
        FilterCriteria.filter({ eventName: FilterRule.isEqual("REMOVE") }),
      ],
    });
    const seen = new MetricFilter(this, "Tampering", {
      logGroup: log,
      filterPattern: FilterPattern.anyTerm("the audit trail was tampered with"),
      metricNamespace: "Praxis",
      metricName: `Tampering-${stackMark(this)}`,
    });
    this.tampering.push(seen.metric({ statistic: Stats.SUM, period: Duration.minutes(5) }));
  }

  /** What fails is not tried again: the next minute or hour does what it left. */
  #byClock(worker: NamedWorker, every: "1 minute" | "1 hour"): void {
    const target = this.#functionOf(worker).function;
    target.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, `${idOf(worker.name)}Clock`, {
      description: worker.summary,
      schedule: Schedule.rate(every === "1 hour" ? Duration.hours(1) : Duration.minutes(1)),
      targets: [new LambdaTarget(target, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }

  /** What the function fails at is tried twice more, then told to the failure queue, as is what cannot be handed to it at all. */
  #hearScans(worker: NamedWorker): void {
    new Rule(this, `${idOf(worker.name)}Scans`, {
      description: worker.summary,
      eventPattern: scanResultsOf(this.#props.documents.bucket.bucketName),
      targets: [new LambdaTarget(this.#functionOf(worker).function, { deadLetterQueue: this.failures })],
    });
  }

  #acceptFindings(): void {
    acceptForFunctions(this);
    acceptFiles(this, this.#props.documents);
    acceptObjects(
      this,
      this.#props.archive.bucket,
      "audit/*",
      "The sealer puts objects by the clinic and the numbers they cover, which no policy can list. It may neither read nor delete one, and Object Lock lets nobody replace one.",
    );
    accept(
      this,
      "HIPAA.Security-LambdaConcurrency",
      "There are no more at once than the stream has shards, one a minute, and as many as files are scanned. A reserve would be taken from the functions that answer requests.",
    );
  }
}
