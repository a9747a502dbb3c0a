import { describe, expect, it } from "vitest";
import { api } from "../../functions/api.ts";
import { type DynamoAction, type Family, families, objectActions } from "../../functions/kernel/families.ts";
import { rightsOf } from "../../functions/kernel/route.ts";
import { workers } from "../../functions/workers.ts";
import { allows, listOf } from "./allows.ts";
import { attribute, ofType, reference, synthesised } from "./synthesised.ts";
import { tableIdsIn, wired } from "./wiring.ts";

const { resources, outputs } = synthesised();
const routes = wired(resources);

const actions: DynamoAction[] = [
  ...(["GetItem", "BatchGetItem", "Query"] as const),
  ...(["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "BatchWriteItem"] as const),
];
const everyFamily = Object.keys(families) as Family[];
const tableIds = tableIdsIn(outputs);

const tableOf = (family: Family) => attribute(tableIds[families[family].table]);
const bucketId = (outputs["DocumentsBucket"] as { Value: { Ref: string } }).Value.Ref;
const objectsBelow = (prefix: string) => ({ "Fn::Join": ["", [attribute(bucketId), `/${prefix}`]] });
const [documentsKeyId] = ofType<{ Description: string }>(resources, "AWS::KMS::Key").find(
  ([, { Properties }]) => Properties.Description === "Praxis: documents",
) ?? [""];
const documentsKey = attribute(documentsKeyId);
const dataKeysKey = outputs["DataKeysKeyArn"]?.Value;
const [[, aTable] = []] = ofType<{ SSESpecification: { KMSMasterKeyId: unknown } }>(resources, "AWS::DynamoDB::Table");
const tableKey = aTable?.Properties.SSESpecification.KMSMasterKeyId;

/** A request to DynamoDB on items of these families, which lie in the first one's table. */
function onItems(action: DynamoAction, ...touched: [Family, ...Family[]]) {
  const keys = touched.map(
    (family) => `${families[family].prefix}#cln_2x8J5mQwTzR7kVbN4cYpLd#pat_2x8J5mQwTzR7kVbN4cYpLd`,
  );
  return { action: `dynamodb:${action}`, resource: tableOf(touched[0]), keys: { "dynamodb:LeadingKeys": keys } };
}

describe("every route", () => {
  it("has a function, a role, a policy and a log that no other route has", () => {
    expect(routes).toHaveLength(api.length);
    for (const each of ["functionId", "roleId", "policyId"] as const) {
      expect(new Set(routes.map((wiring) => wiring[each])).size, each).toBe(api.length);
    }
    expect(new Set(routes.map((wiring) => wiring.function.Properties.LoggingConfig.LogGroup.Ref)).size).toBe(
      api.length,
    );
    expect(ofType(resources, "AWS::Lambda::Function")).toHaveLength(api.length + workers.length);
  });

  it("has no rights besides its policy's", () => {
    expect(ofType(resources, "AWS::IAM::Policy")).toEqual([]);
    for (const { roleId, policyId } of routes) {
      const { ManagedPolicyArns, Policies, AssumeRolePolicyDocument } = resources[roleId]?.Properties ?? {};
      expect({ ManagedPolicyArns, Policies }).toEqual({
        ManagedPolicyArns: [reference(policyId)],
        Policies: undefined,
      });
      expect(AssumeRolePolicyDocument).toMatchObject({
        Statement: [{ Principal: { Service: "lambda.amazonaws.com" } }],
      });
    }
  });
});

describe.each(routes)("$route.name", ({ route, function: handler, statements }) => {
  const rights = rightsOf(route);

  it("may do to each family of items what it declares, and nothing else", () => {
    for (const action of actions) {
      const allowed = everyFamily.filter((family) => allows(statements, onItems(action, family)));
      expect(allowed, action).toEqual(everyFamily.filter((family) => rights[action]?.includes(family)));
    }
  });

  it("may not slip an item of another family into a batch", () => {
    const mixed = (Object.entries(rights) as [DynamoAction, readonly Family[]][]).flatMap(([action, touched]) =>
      touched.flatMap((family) =>
        everyFamily
          .filter((other) => families[other].table === families[family].table && !touched.includes(other))
          .map((other) => onItems(action, family, other)),
      ),
    );
    expect(mixed.filter((request) => allows(statements, request))).toEqual([]);
  });

  it("uses AWS for nothing but its tables, its keys, its log and traces", () => {
    const used = new Set(statements.flatMap(({ Action }) => listOf(Action)));
    const known = [
      ...Object.keys(rights).map((action) => `dynamodb:${action}`),
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ];
    const { objects = [] } = route;
    const files = objects.map((action) => `s3:${action}`);
    const keys = [
      ...(Object.keys(rights).length > 0 ? ["kms:Decrypt", "kms:DescribeKey"] : []),
      ...(objects.includes("PutObject") ? ["kms:GenerateDataKey"] : []),
    ];
    const traces = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
    expect([...used].sort()).toEqual([...known, ...files, ...keys, ...traces].sort());
  });

  it("may do to the files of documents what it declares, to nothing else in the bucket, and nowhere else", () => {
    const onFiles = objectActions.filter((action) => action !== "ListBucket");
    const allowed = (resource: unknown) =>
      onFiles.filter((action) => allows(statements, { action: `s3:${action}`, resource }));
    expect(allowed(objectsBelow("documents/*"))).toEqual(onFiles.filter((action) => route.objects?.includes(action)));
    expect([...allowed(objectsBelow("*")), ...allowed(attribute(bucketId))]).toEqual([]);
    expect(allows(statements, { action: "s3:ListBucket", resource: attribute(bucketId) })).toBe(
      route.objects?.includes("ListBucket") ?? false,
    );
  });

  it("uses the documents' key through S3 only, and only where it touches files", () => {
    const use = (action: string, service: unknown) =>
      allows(statements, { action, resource: documentsKey, keys: { "kms:ViaService": [service] } });
    const s3 = { "Fn::Join": ["", ["s3.", { Ref: "AWS::Region" }, ".amazonaws.com"]] };
    expect(use("kms:Decrypt", s3)).toBe(route.objects !== undefined);
    expect(use("kms:GenerateDataKey", s3)).toBe(route.objects?.includes("PutObject") ?? false);
    expect(use("kms:Decrypt", "lambda.amazonaws.com")).toBe(false);
  });

  it("names every resource but X-Ray's, which has none, and single files", () => {
    const unnamed = statements.filter(
      ({ Resource }) =>
        JSON.stringify(Resource).includes("*") &&
        JSON.stringify(Resource) !== JSON.stringify(objectsBelow("documents/*")),
    );
    expect(unnamed.flatMap(({ Action }) => Action)).toEqual(["xray:PutTraceSegments", "xray:PutTelemetryRecords"]);
  });

  it("writes to its own log only", () => {
    const log = attribute(handler.Properties.LoggingConfig.LogGroup.Ref);
    expect(
      statements.filter(({ Action }) => JSON.stringify(Action).includes("logs:")).map(({ Resource }) => Resource),
    ).toEqual([log]);
  });

  it("unwraps data keys only where it declares to, and only if it says which clinic's", () => {
    const unwrap = (...names: string[]) => ({
      action: "kms:Decrypt",
      resource: dataKeysKey,
      keys: { "kms:EncryptionContextKeys": names },
    });
    expect(allows(statements, unwrap("clinic", "purpose"))).toBe(route.vault === true);
    expect(allows(statements, unwrap("purpose"))).toBe(false);
    expect(allows(statements, unwrap())).toBe(false);
  });

  it("opens the tables' own key through DynamoDB only", () => {
    const open = (service: unknown) => ({
      action: "kms:Decrypt",
      resource: tableKey,
      keys: { "kms:ViaService": [service] },
    });
    const dynamo = { "Fn::Join": ["", ["dynamodb.", { Ref: "AWS::Region" }, ".amazonaws.com"]] };
    expect(allows(statements, open(dynamo))).toBe(Object.keys(rights).length > 0);
    expect(allows(statements, open("lambda.amazonaws.com"))).toBe(false);
    expect(allows(statements, { action: "kms:Decrypt", resource: tableKey })).toBe(false);
  });
});
