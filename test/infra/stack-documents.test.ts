import { describe, expect, it } from "vitest";
import { attribute, ofType, type Resource, reference, synthesised } from "./synthesised.ts";

const { resources, outputs } = synthesised();
const bucketId = (outputs["DocumentsBucket"] as { Value: { Ref: string } }).Value.Ref;
const bucket = resources[bucketId] as Resource;
const key = attribute(expect.stringMatching(/^DocumentsKey/));

interface Denial {
  Sid?: string;
  Effect: string;
  Action: string;
  Principal: unknown;
  Condition: Record<string, Record<string, unknown>>;
}

const policies = ofType<{ Bucket: { Ref: string }; PolicyDocument: { Statement: Denial[] } }>(
  resources,
  "AWS::S3::BucketPolicy",
).filter(([, { Properties }]) => Properties.Bucket.Ref === bucketId);
const statements = policies[0]?.[1].Properties.PolicyDocument.Statement ?? [];
const denials = statements.filter(({ Effect }) => Effect === "Deny");
const denial = (sid: string) => denials.find(({ Sid }) => Sid === sid);

describe("the bucket of documents", () => {
  it("is one of two, nobody's to read in public, versioned, encrypted under our key, and outlives the stack", () => {
    expect(ofType(resources, "AWS::S3::Bucket").map(([id]) => id)).toEqual(
      expect.arrayContaining([bucketId, (outputs["ArchiveBucket"] as { Value: { Ref: string } }).Value.Ref]),
    );
    expect(ofType(resources, "AWS::S3::Bucket")).toHaveLength(2);
    expect(bucket).toMatchObject({
      DeletionPolicy: "Retain",
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: "Enabled" },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key },
            },
          ],
        },
      },
    });
  });

  it("drops after a day what was never completed, after a week archives, and after 35 days what was deleted", () => {
    const { Rules } = bucket.Properties["LifecycleConfiguration"] as { Rules: Record<string, unknown>[] };
    expect(Rules).toEqual([
      {
        Id: "never-completed",
        Status: "Enabled",
        TagFilters: [{ Key: "state", Value: "uploading" }],
        ExpirationInDays: 1,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
      {
        Id: "exports",
        Status: "Enabled",
        TagFilters: [{ Key: "state", Value: "export" }],
        ExpirationInDays: 7,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
      { Id: "never-put-together", Status: "Enabled", AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
      {
        Id: "deleted",
        Status: "Enabled",
        NoncurrentVersionExpiration: { NoncurrentDays: 35 },
        ExpiredObjectDeleteMarker: true,
      },
    ]);
  });

  it("may be asked by the web apps' pages, and by no others", () => {
    expect(bucket.Properties["CorsConfiguration"]).toMatchObject({
      CorsRules: [
        {
          AllowedOrigins: ["https://praxis.example.org"],
          AllowedMethods: ["PUT", "GET"],
          ExposedHeaders: ["ETag"],
        },
      ],
    });
  });

  it("gives nothing by its policy, which only refuses", () => {
    expect(policies.map(([, { Properties }]) => Properties.Bucket)).toEqual([reference(bucketId)]);
    expect(denials).toHaveLength(statements.length);
    for (const { Principal } of denials) expect(Principal).toEqual({ AWS: "*" });
  });

  it("refuses what comes without TLS 1.2, and addresses signed more than 15 minutes ago", () => {
    expect(denials.map(({ Condition }) => Condition)).toEqual(
      expect.arrayContaining([
        { Bool: { "aws:SecureTransport": "false" } },
        { NumericLessThan: { "s3:TlsVersion": 1.2 } },
      ]),
    );
    expect(denial("NoOldAddresses")).toMatchObject({
      Action: "s3:*",
      Condition: { NumericGreaterThan: { "s3:signatureAge": 900_000 } },
    });
  });

  it("refuses files under another key, or none of ours", () => {
    const isSaid = { Null: { "s3:x-amz-server-side-encryption": "false" } };
    expect(denial("OnlyByKms")?.Condition).toEqual({
      ...isSaid,
      StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
    });
    expect(denial("OnlyByThisKey")?.Condition).toEqual({
      ...isSaid,
      StringNotEqualsIfExists: { "s3:x-amz-server-side-encryption-aws-kms-key-id": key },
    });
  });
});
