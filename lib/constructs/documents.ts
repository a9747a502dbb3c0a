import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { accept } from "./findings.ts";
import type { Settings } from "./settings.ts";

/**
 * The bucket of documents and the key it lies under. Both outlive the stack. What is in it is reached by addresses that the
 * functions sign, and by nobody's but the functions' rights.
 */
export class Documents extends Construct {
  readonly bucket: Bucket;
  readonly key: Key;

  constructor(scope: Construct, id: string, { origins }: Pick<Settings, "origins">) {
    super(scope, id);
    this.key = new Key(this, "Key", {
      description: "Praxis: documents",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      // One data key for many files instead of a request to KMS for each.
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [...passing],
      cors: [
        {
          allowedOrigins: [...origins],
          allowedMethods: [HttpMethods.PUT, HttpMethods.GET],
          allowedHeaders: ["content-type", "if-none-match", "x-amz-*"],
          exposedHeaders: ["ETag"],
          maxAge: 600,
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const statement of this.#refusals()) this.bucket.addToResourcePolicy(statement);
    this.#acceptFindings();
  }

  /** What is refused to everybody, whatever their rights and whoever signed. */
  #refusals(): PolicyStatement[] {
    const deny = (sid: string, action: string, conditions: Record<string, Record<string, unknown>>) =>
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: [action],
        resources: [this.bucket.arnForObjects("*")],
        conditions,
      });
    return [
      // Who says nothing of encryption gets the bucket's, and a part what its upload began with; who does must say this.
      deny("OnlyByKms", "s3:PutObject", {
        StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
        Null: { "s3:x-amz-server-side-encryption": "false" },
      }),
      deny("OnlyByThisKey", "s3:PutObject", {
        StringNotEqualsIfExists: { "s3:x-amz-server-side-encryption-aws-kms-key-id": this.key.keyArn },
        Null: { "s3:x-amz-server-side-encryption": "false" },
      }),
      deny("NoOldAddresses", "s3:*", {
        NumericGreaterThan: { "s3:signatureAge": Duration.minutes(15).toMilliseconds() },
      }),
    ];
  }

  #acceptFindings(): void {
    accept(
      this.bucket,
      "HIPAA.Security-S3BucketReplicationEnabled",
      "A copy in another region is a clinic's choice, as it is for the tables: where a patient's files lie is theirs to decide. Versions guard against deletion and overwriting, and S3 keeps each file in three zones.",
    );
    const logging =
      "Every address given out is in the audit trail, under the patient, before it is used. Access logs would keep whole addresses with their signatures, in a bucket that S3 cannot log to under a key of ours; CloudTrail's data events tell the same without (docs/deploy.md).";
    accept(this.bucket, "HIPAA.Security-S3BucketLoggingEnabled", logging);
    accept(this.bucket, "AwsSolutions-S1", logging);
  }
}

/** As long as a table's backups live on (backups.ts): a deleted file is gone for good after that. */
const kept = Duration.days(35);

/**
 * An archive that was written carries a tag too, and goes after a week. A file that was sent but never completed still carries its tag, and goes after a day; of one sent in parts that were
 * never put together, the parts go. Completing takes the tag off, at the latest a day after the announcement, while S3 counts
 * its day from the sending.
 */
const passing = [
  {
    id: "never-completed",
    tagFilters: { state: "uploading" },
    expiration: Duration.days(1),
    noncurrentVersionExpiration: Duration.days(1),
  },
  {
    // They are told to have expired after seven days, to the second; S3 counts whole days from the writing.
    id: "exports",
    tagFilters: { state: "export" },
    expiration: Duration.days(7),
    noncurrentVersionExpiration: Duration.days(1),
  },
  { id: "never-put-together", abortIncompleteMultipartUploadAfter: Duration.days(1) },
  { id: "deleted", noncurrentVersionExpiration: kept, expiredObjectDeleteMarker: true },
];
