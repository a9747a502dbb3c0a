import { describe, expect, it } from "vitest";
import {
  type DynamoAction,
  type Family,
  families,
  type ObjectAction,
  objectActions,
} from "../../functions/kernel/families.ts";
import { rightsOfWorker, workers } from "../../functions/workers.ts";
import { allows, listOf, type Statement } from "./allows.ts";
import { attribute, ofType, type Resource, reference, synthesised, theOnly } from "./synthesised.ts";
import { tableIdsIn } from "./wiring.ts";

const { resources, outputs } = synthesised();
const tableIds = tableIdsIn(outputs);
const [[queueId] = [""]] = ofType(resources, "AWS::SQS::Queue");
const queue = attribute(queueId);
const bucketId = (outputs["DocumentsBucket"] as { Value: { Ref: string } }).Value.Ref;
const objectsBelow = (prefix: string) => ({ "Fn::Join": ["", [attribute(bucketId), `/${prefix}`]] });
const stream = attribute(tableIds.clinic, "StreamArn");

interface FunctionProperties {
  Description: string;
  Role: { "Fn::GetAtt": [string, string] };
  DeadLetterConfig: unknown;
}

interface Mapping {
  FunctionName: { Ref: string };
  FilterCriteria: { Filters: { Pattern: string }[] };
}

const functions = ofType<FunctionProperties>(resources, "AWS::Lambda::Function");
const mappings = ofType<Mapping>(resources, "AWS::Lambda::EventSourceMapping").map(([, { Properties }]) => Properties);
const clocks = ofType<{ ScheduleExpression?: string }>(resources, "AWS::Events::Rule")
  .map(([, { Properties }]) => Properties)
  .filter((rule) => rule.ScheduleExpression);

const wired = workers.map((worker) => {
  const found = functions.filter(([, { Properties }]) => Properties.Description === worker.summary);
  const [[id, { Properties: properties }] = ["", { Properties: {} as FunctionProperties }]] = found;
  const role = resources[properties.Role["Fn::GetAtt"][0]] as unknown as Resource<{
    ManagedPolicyArns: { Ref: string }[];
  }>;
  const { ManagedPolicyArns } = role.Properties;
  const policies = ManagedPolicyArns.map(
    ({ Ref }) => resources[Ref] as unknown as Resource<{ PolicyDocument: { Statement: Statement[] } }>,
  );
  const statements = policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement);
  return { worker, name: worker.name, id, properties, statements };
});

const ofOutbox = wired.filter(({ worker }) => "events" in worker.wakes);
const ofClock = wired
  .filter(({ worker }) => "every" in worker.wakes)
  .map((each) => ({ ...each, every: "every" in each.worker.wakes ? each.worker.wakes.every : "" }));

describe.each(ofOutbox)("$name", ({ worker, id, statements }) => {
  const mapping = mappings.find(({ FunctionName }) => FunctionName.Ref === id);

  it("follows the clinics' table from the stream's beginning, fails event by event, and gives up at last", () => {
    expect(mapping).toMatchObject({
      EventSourceArn: stream,
      StartingPosition: "TRIM_HORIZON",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 30,
      MaximumRecordAgeInSeconds: 6 * 3600,
      DestinationConfig: { OnFailure: { Destination: queue } },
    });
  });

  it("is woken by the events it names, and by no other write", () => {
    const patterns = mapping?.FilterCriteria.Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown);
    const types = "events" in worker.wakes ? worker.wakes.events : [];
    expect(patterns).toEqual([
      {
        eventName: ["INSERT"],
        dynamodb: {
          Keys: { pk: { S: [{ prefix: `${families.event.prefix}#` }] } },
          NewImage: { type: { S: [...types] } },
        },
      },
    ]);
  });

  it("may read that stream and no other", () => {
    for (const action of ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]) {
      expect(allows(statements, { action: `dynamodb:${action}`, resource: stream })).toBe(true);
      const other = attribute(tableIds.audit, "StreamArn");
      expect(allows(statements, { action: `dynamodb:${action}`, resource: other })).toBe(false);
    }
  });
});

describe.each(ofClock)("$name", ({ id, statements, every }) => {
  it("is woken every minute or hour by a rule of its own; one that fails is left to the next", () => {
    expect(clocks.filter((rule) => JSON.stringify(rule).includes(`"${id}"`))).toMatchObject([
      { ScheduleExpression: `rate(${every})`, State: "ENABLED", Targets: [{ Arn: attribute(id) }] },
    ]);
    const permissions = ofType<{ FunctionName: unknown; Principal: string }>(resources, "AWS::Lambda::Permission")
      .map(([, { Properties }]) => Properties)
      .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes(`"${id}"`));
    expect(permissions).toMatchObject([
      { Principal: "events.amazonaws.com", SourceArn: attribute(expect.any(String)) },
    ]);
    const invokes = ofType<{ FunctionName: unknown }>(resources, "AWS::Lambda::EventInvokeConfig")
      .map(([, { Properties }]) => Properties)
      .filter(({ FunctionName }) => JSON.stringify(FunctionName) === JSON.stringify(reference(id)));
    expect(invokes).toMatchObject([{ MaximumRetryAttempts: 0 }]);
  });

  it("reads no stream", () => {
    expect(allows(statements, { action: "dynamodb:GetRecords", resource: stream })).toBe(false);
  });
});

const ofScans = wired.filter(({ worker }) => "scans" in worker.wakes);

describe.each(ofScans)("$name", ({ id, properties, statements }) => {
  const rules = ofType<{ EventPattern?: { source: string[] }; Targets: { Arn: unknown }[] }>(
    resources,
    "AWS::Events::Rule",
  ).map(([ruleId, { Properties }]) => ({ ruleId, ...Properties }));
  const its = rules.filter(({ Targets }) => JSON.stringify(Targets).includes(`"${id}"`));

  it("is woken by GuardDuty's verdicts on the bucket of documents, and by nothing else", () => {
    expect(its).toMatchObject([
      {
        State: "ENABLED",
        EventPattern: {
          source: ["aws.guardduty"],
          "detail-type": ["GuardDuty Malware Protection Object Scan Result"],
          detail: { s3ObjectDetails: { bucketName: [{ Ref: bucketId }] } },
        },
        Targets: [{ Arn: attribute(id), DeadLetterConfig: { Arn: queue } }],
      },
    ]);
    const callers = ofType<{ FunctionName: unknown; Principal: string }>(resources, "AWS::Lambda::Permission")
      .map(([, { Properties }]) => Properties)
      .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes(`"${id}"`));
    expect(callers).toMatchObject([{ Principal: "events.amazonaws.com", SourceArn: attribute(its[0]?.ruleId ?? "") }]);
  });

  it("knows which bucket it is, and may neither read a file nor open a key", () => {
    expect(properties).toMatchObject({ Environment: { Variables: { DOCUMENTS_BUCKET: { Ref: bucketId } } } });
    for (const action of ["s3:GetObject", "s3:PutObjectTagging"])
      expect(allows(statements, { action, resource: objectsBelow("documents/*") })).toBe(false);
    expect(allows(statements, { action: "dynamodb:GetRecords", resource: stream })).toBe(false);
  });
});

describe.each(wired)("$name", ({ worker, properties, statements }) => {
  const rights = rightsOfWorker(worker);
  const on = (action: DynamoAction, family: Family) => ({
    action: `dynamodb:${action}`,
    resource: attribute(tableIds[families[family].table]),
    keys: { "dynamodb:LeadingKeys": [`${families[family].prefix}#cln_2x8J5mQwTzR7kVbN4cYpLd#x`] },
  });

  it("may do to each family of items what it declares, and nothing else", () => {
    const actions = [
      "GetItem",
      "BatchGetItem",
      "Query",
      "PutItem",
      "UpdateItem",
      "DeleteItem",
      "BatchWriteItem",
    ] as const;
    for (const action of actions) {
      const allowed = (Object.keys(families) as Family[]).filter((family) => allows(statements, on(action, family)));
      expect(allowed.sort(), action).toEqual([...(rights[action] ?? [])].sort());
    }
  });

  it("may do to the files of documents what it declares, and nothing else in the bucket", () => {
    const [onBucket, onFiles] = [true, false].map((isOfBucket) =>
      objectActions.filter((action) => action.startsWith("ListBucket") === isOfBucket),
    ) as [ObjectAction[], ObjectAction[]];
    const allowed = (among: ObjectAction[], resource: unknown) =>
      among.filter((action) => allows(statements, { action: `s3:${action}`, resource }));
    const declared = (among: ObjectAction[]) => among.filter((action) => worker.objects?.includes(action));
    expect(allowed(onFiles, objectsBelow("documents/*"))).toEqual(declared(onFiles));
    expect(allowed(onBucket, attribute(bucketId))).toEqual(declared(onBucket));
    expect(allowed(onFiles, objectsBelow("*"))).toEqual([]);
  });

  it("tells the failure queue what it cannot do, and may read nothing there", () => {
    expect(properties.DeadLetterConfig).toEqual({ TargetArn: queue });
    const onQueue = statements.filter(({ Resource }) => JSON.stringify(Resource) === JSON.stringify(queue));
    expect(onQueue.flatMap(({ Action }) => listOf(Action))).toEqual(["sqs:SendMessage"]);
  });

  it("names every resource but X-Ray's, which has none, single files, and the archive's objects", () => {
    const unnamed = statements.filter(
      ({ Resource }) =>
        JSON.stringify(Resource).includes("*") &&
        JSON.stringify(Resource) !== JSON.stringify(objectsBelow("documents/*")),
    );
    const archived = worker.seals ? ["s3:PutObject"] : [];
    const xray = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
    expect(unnamed.flatMap(({ Action }) => Action)).toEqual([...xray, ...archived]);
  });

  it("signs, and writes to the archive, only where it declares to, and reads or deletes nothing there", () => {
    const sign = { action: "kms:Sign", resource: outputs["SealKeyArn"]?.Value };
    const isAllowed = allows(statements, { ...sign, keys: { "kms:SigningAlgorithm": ["ECDSA_SHA_256"] } });
    expect(isAllowed).toBe(worker.seals === true);
    const onArchive = statements.filter(({ Resource }) => JSON.stringify(Resource).includes("ArchiveBucket"));
    expect(onArchive.flatMap(({ Action }) => Action)).toEqual(worker.seals ? ["s3:PutObject"] : []);
  });

  it("opens clinics' keys only where it declares to", () => {
    const unwrap = {
      action: "kms:Decrypt",
      resource: outputs["DataKeysKeyArn"]?.Value,
      keys: { "kms:EncryptionContextKeys": ["clinic"] },
    };
    expect(allows(statements, unwrap)).toBe(worker.vault === true);
  });
});

describe("the failure queue", () => {
  it("is encrypted, takes TLS only, and keeps what it is told for two weeks", () => {
    expect(resources[queueId]?.Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
    });
    expect(theOnly(resources, "AWS::SQS::QueuePolicy").Properties).toMatchObject({
      PolicyDocument: {
        Statement: [
          { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } }, Action: "sqs:*" },
          // A scanner's verdict that cannot be handed on.
          { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage" },
        ],
      },
    });
  });

  it("raises an alarm for whatever lies in it, as does a worker that falls behind", () => {
    const alarms = ofType<{ MetricName?: string; Threshold: number; AlarmActions: unknown[] }>(
      resources,
      "AWS::CloudWatch::Alarm",
    ).map(([, { Properties }]) => Properties);
    const of = (metric: string) => alarms.filter(({ MetricName }) => MetricName === metric);
    expect(of("ApproximateNumberOfMessagesVisible")).toMatchObject([
      { Threshold: 0, AlarmActions: [expect.anything()] },
    ]);
    const late = { Threshold: 300_000, AlarmActions: [expect.anything()] };
    expect(of("IteratorAge")).toMatchObject([late, late]);
  });
});
