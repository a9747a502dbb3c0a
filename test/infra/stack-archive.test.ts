import { describe, expect, it } from "vitest";
import { api } from "../../functions/api.ts";
import { families } from "../../functions/kernel/families.ts";
import { rightsOf } from "../../functions/kernel/route.ts";
import { workers } from "../../functions/workers.ts";
import { attribute, ofType, reference, synthesised } from "./synthesised.ts";
import { tableIdsIn, wired } from "./wiring.ts";

const { resources, outputs } = synthesised();
const { Ref: bucketId } = (outputs["ArchiveBucket"] as { Value: { Ref: string } }).Value;

describe("the archive of the audit trail", () => {
  it("keeps every object for six years, and lets nobody delete or replace one before", () => {
    expect(resources[bucketId]).toMatchObject({
      DeletionPolicy: "Retain",
      Properties: {
        ObjectLockEnabled: true,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 2192 } },
        },
        VersioningConfiguration: { Status: "Enabled" },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      },
    });
  });

  it("is signed by a key that can do nothing else, and outlives the stack", () => {
    const keys = ofType<{ KeyUsage?: string; KeySpec?: string }>(resources, "AWS::KMS::Key");
    const signing = keys.filter(([, { Properties }]) => Properties.KeyUsage === "SIGN_VERIFY");
    expect(signing.map(([, key]) => key)).toMatchObject([
      { DeletionPolicy: "Retain", Properties: { KeySpec: "ECC_NIST_P256" } },
    ]);
    expect(outputs["SealKeyArn"]?.Value).toEqual(attribute(signing[0]?.[0] ?? ""));
  });
});

describe("the sealer", () => {
  const { audit } = tableIdsIn(outputs);
  const stream = attribute(audit, "StreamArn");
  const mappings = ofType(resources, "AWS::Lambda::EventSourceMapping");
  const [[, { Properties: mapping }] = ["", { Properties: {} as Record<string, unknown> }]] = mappings.filter(
    ([, { Properties }]) => JSON.stringify(Properties["EventSourceArn"]) === JSON.stringify(stream),
  );

  it("follows the audit table from its beginning, and is handed what failed until the stream forgets it", () => {
    expect(mapping).toMatchObject({ StartingPosition: "TRIM_HORIZON", BatchSize: 100 });
    expect(mapping["MaximumRetryAttempts"]).toBeUndefined();
    expect(mapping["MaximumRecordAgeInSeconds"]).toBeUndefined();
  });

  it("is woken by new entries, and by whatever is changed or deleted", () => {
    const { Filters } = mapping["FilterCriteria"] as { Filters: { Pattern: string }[] };
    const [entry, link] = [families.audit, families.chain].map(({ prefix }) => ({ prefix: `${prefix}#` }));
    const keyed = (...pk: unknown[]) => ({ dynamodb: { Keys: { pk: { S: pk } } } });
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown)).toEqual([
      { eventName: ["INSERT"], ...keyed(entry) },
      { eventName: ["MODIFY"], ...keyed(entry, link) },
      { eventName: ["REMOVE"] },
    ]);
  });

  it("raises an alarm at the first sign of tampering", () => {
    const [[, { Properties: filter }] = ["", { Properties: {} as Record<string, unknown> }]] = ofType(
      resources,
      "AWS::Logs::MetricFilter",
    );
    expect(filter["FilterPattern"]).toContain("the audit trail was tampered with");
    const [made] = filter["MetricTransformations"] as { MetricName: unknown }[];
    const alarms = ofType(resources, "AWS::CloudWatch::Alarm").map(([, { Properties }]) => Properties);
    const its = alarms.filter(({ MetricName }) => JSON.stringify(MetricName) === JSON.stringify(made?.MetricName));
    expect(its).toMatchObject([{ EvaluationPeriods: 1, Threshold: 0, AlarmActions: [reference(expect.any(String))] }]);
  });

  it("and its heartbeat alone may write the chain: no route may, nor touch an entry but to add it", () => {
    const writes = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"] as const;
    for (const { route } of wired(resources)) {
      const rights = rightsOf(route);
      const onChain = writes.flatMap((action) =>
        (rights[action] ?? []).filter((of) => of === "chain" || of === "seal"),
      );
      expect(onChain, route.name).toEqual([]);
      expect([...(rights.UpdateItem ?? []), ...(rights.DeleteItem ?? [])], route.name).not.toContain("audit");
    }
    expect(api.length).toBeGreaterThan(0);
    expect(workers.filter(({ seals }) => seals).map(({ name }) => name)).toEqual(["trail.seal", "trail.heartbeat"]);
  });
});
