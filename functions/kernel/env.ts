/**
 * What a handler is told by its environment. The stack sets these for Lambda, the local backend for a laptop; only
 * endpoints differ between the two.
 */
export interface Env {
  /** The clinics' data. */
  CLINIC_TABLE: string;
  /** Wrapped data keys. */
  KEYS_TABLE: string;
  /** The audit trail. */
  AUDIT_TABLE: string;
  /** The KMS key under which the clinics' data keys are wrapped: its ARN. */
  KMS_KEY: string;
  USER_POOL_ID: string;
  USER_POOL_CLIENT_ID: string;
  /** Origins that browsers may call from, separated by commas. */
  ORIGINS: string;
  /** `on`: every answer is checked against its schema before it leaves. For laptops and tests. */
  CHECK_ANSWERS?: string;
  /** What is logged: `all` (unless said), `faults` alone, or `none`. */
  LOG?: string;
  /** How long a membership may be remembered, in seconds; 30 unless less is asked. */
  MEMBERSHIP_SECONDS?: string;
  /** How long unwrapped keys may be remembered, in seconds; 300 unless less is asked. For tests. */
  KEYS_SECONDS?: string;
  /** The user pool's public keys (a JWK set), where they are not to be fetched from Cognito. */
  COGNITO_JWKS?: string;
  /** The KMS key that signs the audit trail: its ARN. For the sealers alone. */
  SEAL_KEY?: string;
  /** The bucket that the audit trail is copied to. For the sealers alone. */
  ARCHIVE_BUCKET?: string;
  /** Another S3 than AWS's for that bucket. */
  ARCHIVE_ENDPOINT?: string;
  /** The bucket of documents, and the ARN of the KMS key it lies under; only where a route touches files. */
  DOCUMENTS_BUCKET?: string;
  DOCUMENTS_KEY?: string;
  /** `on`: a document is given out only once a scanner has found it clean. */
  SCAN_GATE?: string;
  /** Another DynamoDB than AWS's. */
  DYNAMODB_ENDPOINT?: string;
  /** Another KMS than AWS's. */
  KMS_ENDPOINT?: string;
  /** Another S3 than AWS's. */
  S3_ENDPOINT?: string;
}

/** One of the settings above; a missing one is a fault of the deployment and stops the function at once. */
export function env<Name extends keyof Env>(name: Name): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`the environment lacks ${name}`);
  return value;
}

/** One of the settings that may be absent. */
export function envOr<Name extends keyof Env>(name: Name): string | undefined {
  return process.env[name] || undefined;
}
