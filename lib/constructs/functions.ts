import { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { NamedRoute } from "../../functions/api.ts";
import { rightsOf } from "../../functions/kernel/route.ts";
import { type Area, areaOf } from "./areas.ts";
import type { Documents } from "./documents.ts";
import { accept } from "./findings.ts";
import { acceptFiles, acceptForFunctions } from "./function-findings.ts";
import { FunctionStack } from "./function-stack.ts";
import { type FilesEnv, type FunctionEnv, HandlerFunction } from "./handler-function.ts";
import type { Identity } from "./identity.ts";
import type { Logs } from "./logs.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";

export interface FunctionsProps {
  routes: readonly NamedRoute[];
  /** The directory in which each `<handler>/index.js` lies. */
  code: string;
  storage: Storage;
  documents: Documents;
  identity: Identity;
  logs: Logs;
  settings: Settings;
}

/** One function for each route, so that each holds the rights of its route and no others; a nested stack for each area. */
export class Functions extends Construct {
  readonly byRoute: ReadonlyMap<NamedRoute, LambdaFunction>;
  readonly #stacks = new Map<Area, FunctionStack>();

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { routes, ...given } = props;
    this.byRoute = new Map(routes.map((route) => [route, this.#functionOf(route, given)]));
    acceptForFunctions(this);
    this.#acceptFindings(props);
  }

  #acceptFindings({ documents }: FunctionsProps): void {
    accept(
      this,
      "HIPAA.Security-LambdaConcurrency",
      "The stage's throttle limits all routes together. A reserve for each function would take its share from every other one, and refuse a clinic's bookings while capacity lies idle.",
    );
    accept(
      this,
      "HIPAA.Security-LambdaDLQ",
      "The functions are called by API Gateway alone, which waits for the answer: a failed request is answered with a problem, and nothing is queued that could be lost.",
    );
    acceptFiles(this, documents);
  }

  #stackOf(area: Area): FunctionStack {
    const stack = this.#stacks.get(area) ?? new FunctionStack(this, area, { description: `Praxis: ${area}` });
    this.#stacks.set(area, stack);
    return stack;
  }

  #functionOf(route: NamedRoute, given: Omit<FunctionsProps, "routes">): LambdaFunction {
    const { room, name, method, path, handler, vault, objects } = route;
    const { code, storage, documents, logs } = given;
    return new HandlerFunction(this.#stackOf(areaOf[room]), idOf(name), {
      name,
      description: `${method} ${path}`,
      handler,
      rights: rightsOf(route),
      vault,
      objects,
      env: { ...environment(given), ...(objects ? filesEnvironment(given) : {}) },
      // A caller who waits longer has given up; the gateway itself would wait 29 s.
      timeout: Duration.seconds(10),
      code,
      storage,
      documents,
      logs,
    }).function;
  }
}

/** What every function is told by its environment. */
export function environment({
  storage,
  identity,
  settings,
}: Pick<FunctionsProps, "storage" | "identity" | "settings">): FunctionEnv {
  return {
    CLINIC_TABLE: storage.tables.clinic.tableName,
    KEYS_TABLE: storage.tables.keys.tableName,
    AUDIT_TABLE: storage.tables.audit.tableName,
    KMS_KEY: storage.dataKeysKey.keyArn,
    USER_POOL_ID: identity.pool.userPoolId,
    USER_POOL_CLIENT_ID: identity.client.userPoolClientId,
    ORIGINS: settings.origins.join(","),
  };
}

/** What a function that touches files is told besides. */
export function filesEnvironment({ documents, settings }: Pick<FunctionsProps, "documents" | "settings">): FilesEnv {
  return {
    DOCUMENTS_BUCKET: documents.bucket.bucketName,
    DOCUMENTS_KEY: documents.key.keyArn,
    SCAN_GATE: settings.scanGate,
  };
}

/** `schedules.addTimeOff` → `SchedulesAddTimeOff`. */
export function idOf(name: string): string {
  return name.replaceAll(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
