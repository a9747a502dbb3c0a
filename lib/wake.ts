/** How the outbox's events are handed to a worker: alike in the cloud and on a laptop. */
export const streamPatience = {
  /** The most events at once. */
  batchSize: 10,
  /** How often what fails is tried again, and for how long, before it is told to the failure queue. */
  retryAttempts: 30,
  maxRecordAgeHours: 6,
} as const;

/** How the audit trail's rows are handed to the sealer: it tries again for as long as the stream keeps them. */
export const trailPatience = {
  batchSize: 100,
  /** How long a batch may be waited for, in seconds: fewer signatures, later seals. */
  windowSeconds: 5,
} as const;

/** What GuardDuty Malware Protection for S3 says of the files of a bucket, as an EventBridge pattern. */
export const scanResultsOf = (bucket: string) => ({
  source: ["aws.guardduty"],
  detailType: ["GuardDuty Malware Protection Object Scan Result"],
  detail: { s3ObjectDetails: { bucketName: [bucket] } },
});
