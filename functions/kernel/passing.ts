/** Errors that say nothing of the request, only that it came at a bad moment. */
const passing = new Set([
  "TransactionConflict",
  "TransactionConflictException",
  "TransactionInProgressException",
  "ThrottlingError",
  "ThrottlingException",
  "ProvisionedThroughputExceeded",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "LimitExceededException",
  "InternalServerError",
  "ServiceUnavailable",
  "SlowDown",
  "TimeoutError",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
]);

interface AwsError {
  name?: string;
  code?: string;
  CancellationReasons?: { Code?: string }[];
}

/** Whether an error of the AWS SDK, or of the network below it, will pass: trying again later may succeed. */
export function isPassing(error: unknown): boolean {
  const { name = "", code = "", CancellationReasons: reasons = [] } = (error ?? {}) as AwsError;
  return passing.has(name) || passing.has(code) || reasons.some((reason) => passing.has(reason.Code ?? ""));
}
