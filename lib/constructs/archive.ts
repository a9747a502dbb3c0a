import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { accept } from "./findings.ts";
import type { Settings } from "./settings.ts";

/**
 * What makes the audit trail tell of its own tampering: the key that signs it, and the bucket that it is copied to under
 * Object Lock in compliance mode, which nobody can shorten, the account's root included. Both outlive the stack.
 */
export class Archive extends Construct {
  readonly bucket: Bucket;
  /** Signs, and never leaves KMS; its public half checks. KMS rotates no such key, and six years of seals need the one. */
  readonly signingKey: Key;
  readonly #bucketKey: Key;

  constructor(scope: Construct, id: string, { auditRetentionDays }: Pick<Settings, "auditRetentionDays">) {
    super(scope, id);
    const removalPolicy = RemovalPolicy.RETAIN;
    this.signingKey = new Key(this, "SigningKey", {
      description: "Praxis: signs the audit trail",
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy,
    });
    this.#bucketKey = new Key(this, "Key", {
      description: "Praxis: the copy of the audit trail",
      enableKeyRotation: true,
      removalPolicy,
    });
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.#bucketKey,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(auditRetentionDays)),
      removalPolicy,
    });
    this.#acceptFindings();
  }

  /** What a sealer may do here: sign, and put objects that it can neither read nor delete. */
  sealing(): PolicyStatement[] {
    const viaS3 = { StringEquals: { "kms:ViaService": `s3.${Stack.of(this).region}.amazonaws.com` } };
    return [
      new PolicyStatement({
        actions: ["kms:Sign"],
        resources: [this.signingKey.keyArn],
        conditions: { StringEquals: { "kms:SigningAlgorithm": "ECDSA_SHA_256" } },
      }),
      new PolicyStatement({ actions: ["s3:PutObject"], resources: [this.bucket.arnForObjects("audit/*")] }),
      new PolicyStatement({
        actions: ["kms:GenerateDataKey"],
        resources: [this.#bucketKey.keyArn],
        conditions: viaS3,
      }),
    ];
  }

  #acceptFindings(): void {
    accept(
      this.bucket,
      "HIPAA.Security-S3BucketReplicationEnabled",
      "It is a copy itself, of what lies in the audit table and its backups. A third in another region is a clinic's choice, as it is for the tables.",
    );
    const logging =
      "Objects are put by the sealer alone, and nobody can change or delete one before its time; whoever may read them may read the table. CloudTrail's data events tell of reads without a bucket of logs that S3 cannot keep under a key of ours.";
    accept(this.bucket, "HIPAA.Security-S3BucketLoggingEnabled", logging);
    accept(this.bucket, "AwsSolutions-S1", logging);
  }
}
