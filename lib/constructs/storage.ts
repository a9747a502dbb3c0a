import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { TableName } from "../../functions/kernel/families.ts";
import { type TableShape, tables } from "../tables.ts";
import { Backups } from "./backups.ts";

/** The three tables, the key they lie under, and the key that wraps the clinics' data keys. All of it outlives the stack. */
export class Storage extends Construct {
  readonly tables: Readonly<Record<TableName, Table>>;
  /** What DynamoDB encrypts the tables with. */
  readonly tableKey: Key;
  /** What wraps the clinics' data keys. Whoever may not use it reads names and notes only as ciphertext. */
  readonly dataKeysKey: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.tableKey = this.#key("TableKey", "Praxis: the tables");
    this.dataKeysKey = this.#key("DataKeysKey", "Praxis: the clinics' data keys");
    this.tables = {
      clinic: this.#table("Clinic", tables.clinic),
      keys: this.#table("Keys", tables.keys),
      audit: this.#table("Audit", tables.audit),
    };
    new Backups(this, "Backups", { tables: Object.values(this.tables), key: this.tableKey });
  }

  #key(id: string, description: string): Key {
    return new Key(this, id, { description, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
  }

  #table(id: string, shape: TableShape): Table {
    const table = new Table(this, id, {
      partitionKey: { name: shape.partitionKey, type: AttributeType.STRING },
      sortKey: { name: shape.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.tableKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: shape.timeToLive,
      stream: shape.stream && StreamViewType[shape.stream],
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    if (shape.localIndex) {
      const { name, sortKey } = shape.localIndex;
      table.addLocalSecondaryIndex({ indexName: name, sortKey: { name: sortKey, type: AttributeType.STRING } });
    }
    return table;
  }
}
