import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { api } from "../functions/api.ts";
import { workers } from "../functions/workers.ts";
import { Api } from "./constructs/api.ts";
import { Archive } from "./constructs/archive.ts";
import { Documents } from "./constructs/documents.ts";
import { Edge } from "./constructs/edge.ts";
import { Functions } from "./constructs/functions.ts";
import { Identity } from "./constructs/identity.ts";
import { Logs } from "./constructs/logs.ts";
import { Monitoring } from "./constructs/monitoring.ts";
import { settingsOf } from "./constructs/settings.ts";
import { Storage } from "./constructs/storage.ts";
import { Workers } from "./constructs/workers.ts";

export interface PraxisStackProps extends StackProps {
  /** The directory of the bundled handlers (`bundleHandlers`). */
  code: string;
}

/** Praxis in one account and region. */
export class PraxisStack extends Stack {
  constructor(scope: Construct, id: string, { code, ...props }: PraxisStackProps) {
    super(scope, id, {
      description: "Praxis: appointments and medical records",
      terminationProtection: true,
      // CloudFormation takes 1 MB, blanks included.
      suppressTemplateIndentation: true,
      ...props,
    });
    const settings = settingsOf(this.node);

    const logs = new Logs(this, "Logs", settings);
    const storage = new Storage(this, "Storage");
    const archive = new Archive(this, "Archive", settings);
    const documents = new Documents(this, "Documents", settings);
    const identity = new Identity(this, "Identity");
    const functions = new Functions(this, "Functions", {
      routes: api,
      code,
      storage,
      documents,
      identity,
      logs,
      settings,
    });
    const { rest } = new Api(this, "Api", { functions: functions.byRoute, identity, logs, settings });
    const place = { code, storage, documents, archive, identity, logs, settings };
    const { failures, ofStreams, tampering } = new Workers(this, "Workers", { workers, ...place });
    new Edge(this, "Edge", { stage: rest.deploymentStage, logs, settings });
    new Monitoring(this, "Monitoring", {
      rest,
      tables: Object.values(storage.tables),
      keys: [storage.tableKey, storage.dataKeysKey, documents.key, archive.signingKey],
      workers: { failures, ofStreams, tampering },
      settings,
    });

    this.#output("ApiUrl", rest.url);
    this.#output("UserPoolId", identity.pool.userPoolId);
    this.#output("UserPoolClientId", identity.client.userPoolClientId);
    this.#output("ClinicTable", storage.tables.clinic.tableName);
    this.#output("KeysTable", storage.tables.keys.tableName);
    this.#output("AuditTable", storage.tables.audit.tableName);
    this.#output("SealKeyArn", archive.signingKey.keyArn);
    this.#output("ArchiveBucket", archive.bucket.bucketName);
    this.#output("DataKeysKeyArn", storage.dataKeysKey.keyArn);
    this.#output("DocumentsBucket", documents.bucket.bucketName);
  }

  #output(name: string, value: string): void {
    new CfnOutput(this, name, { value });
  }
}
