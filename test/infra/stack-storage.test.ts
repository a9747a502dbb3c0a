import { describe, expect, it } from "vitest";
import type { TableName } from "../../functions/kernel/families.ts";
import { tables } from "../../lib/tables.ts";
import { attribute, context, ofType, reference, synthesised, theOnly } from "./synthesised.ts";
import { tableIdsIn, wired } from "./wiring.ts";

const { resources, outputs } = synthesised();
const tableIds = tableIdsIn(outputs);
const named = (Object.keys(tables) as TableName[]).map((name) => ({
  name,
  shape: tables[name],
  table: resources[tableIds[name]],
}));

describe.each(named)("the $name table", ({ shape, table }) => {
  it("is keyed, indexed, streamed and expired as lib/tables.ts says", () => {
    const keySchema = (sort: string) => [
      { AttributeName: shape.partitionKey, KeyType: "HASH" },
      { AttributeName: sort, KeyType: "RANGE" },
    ];
    const index = shape.localIndex && {
      IndexName: shape.localIndex.name,
      KeySchema: keySchema(shape.localIndex.sortKey),
      Projection: { ProjectionType: "ALL" },
    };
    const { KeySchema, LocalSecondaryIndexes, TimeToLiveSpecification, StreamSpecification } = table?.Properties ?? {};
    expect({ KeySchema, LocalSecondaryIndexes, TimeToLiveSpecification, StreamSpecification }).toEqual({
      KeySchema: keySchema(shape.sortKey),
      LocalSecondaryIndexes: index && [index],
      TimeToLiveSpecification: shape.timeToLive && { AttributeName: shape.timeToLive, Enabled: true },
      StreamSpecification: shape.stream && { StreamViewType: shape.stream },
    });
  });

  it("is paid by the request, encrypted under our key, recoverable, and neither deleted by hand nor with the stack", () => {
    expect(table).toMatchObject({
      DeletionPolicy: "Retain",
      Properties: {
        BillingMode: "PAY_PER_REQUEST",
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: attribute(expect.any(String)) },
      },
    });
  });
});

describe("what is stored", () => {
  it("is backed up whole, for no longer than a destroyed key may live on", () => {
    const resourcesOf = theOnly<{ BackupSelection: { Resources: unknown[] } }>(
      resources,
      "AWS::Backup::BackupSelection",
    ).Properties;
    expect(resourcesOf.BackupSelection.Resources).toEqual(Object.values(tableIds).map((id) => attribute(id)));
    expect(theOnly(resources, "AWS::Backup::BackupPlan").Properties).toMatchObject({
      BackupPlan: { BackupPlanRule: [{ Lifecycle: { DeleteAfterDays: 35 } }] },
    });
  });

  it("lies under keys that rotate; those of data and logs outlive the stack", () => {
    const keys = ofType<{ EnableKeyRotation: boolean; Description: string }>(resources, "AWS::KMS::Key");
    // What signs is asymmetric, which KMS does not rotate.
    const still = keys.filter(([, { Properties }]) => !Properties.EnableKeyRotation);
    expect(still.map(([, { Properties }]) => Properties.Description)).toEqual(["Praxis: signs the audit trail"]);
    const kept = keys
      .filter(([, { DeletionPolicy }]) => DeletionPolicy === "Retain")
      .map(([, { Properties }]) => Properties.Description);
    expect(kept.sort()).toEqual([
      "Praxis: documents",
      "Praxis: logs",
      "Praxis: signs the audit trail",
      "Praxis: the clinics' data keys",
      "Praxis: the copy of the audit trail",
      "Praxis: the tables",
    ]);
  });

  it("is told to the functions by name", () => {
    const told = {
      CLINIC_TABLE: reference(tableIds.clinic),
      KEYS_TABLE: reference(tableIds.keys),
      AUDIT_TABLE: reference(tableIds.audit),
      KMS_KEY: outputs["DataKeysKeyArn"]?.Value,
      USER_POOL_ID: outputs["UserPoolId"]?.Value,
      USER_POOL_CLIENT_ID: outputs["UserPoolClientId"]?.Value,
      ORIGINS: (context()["praxis:origins"] as string[]).join(","),
    };
    const files = {
      DOCUMENTS_BUCKET: outputs["DocumentsBucket"]?.Value,
      DOCUMENTS_KEY: attribute(expect.stringMatching(/^DocumentsKey/)),
      SCAN_GATE: "off",
    };
    for (const { route, function: handler } of wired(resources))
      expect(handler.Properties.Environment.Variables, route.name).toEqual(
        route.objects ? { ...told, ...files } : told,
      );
  });
});

describe("every log", () => {
  it("is encrypted, kept for six years and by a removal of the stack", () => {
    const logs = ofType(resources, "AWS::Logs::LogGroup");
    expect(logs.length).toBeGreaterThan(3);
    for (const [id, { Properties, DeletionPolicy }] of logs) {
      const { KmsKeyId, RetentionInDays } = Properties;
      expect({ KmsKeyId, RetentionInDays, DeletionPolicy }, id).toEqual({
        KmsKeyId: attribute(expect.stringMatching(/^LogsKey/)),
        RetentionInDays: 2192,
        DeletionPolicy: "Retain",
      });
    }
  });
});
