import { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { NamedRoute } from "../../functions/api.ts";
import { rightsOf } from "../../functions/kernel/route.ts";
import { accept } from "./findings.ts";
import { acceptForFunctions } from "./function-findings.ts";
import { type FunctionEnv, HandlerFunction, type HandlerFunctionProps } from "./handler-function.ts";
import type { Identity } from "./identity.ts";
import type { Logs } from "./logs.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";

export interface FunctionsProps {
  routes: readonly NamedRoute[];
  /** The directory in which each `<handler>/index.js` lies. */
  code: string;
  storage: Storage;
  identity: Identity;
  logs: Logs;
  settings: Settings;
}

/** One function for each route, so that each holds the rights of its route and no others. */
export class Functions extends Construct {
  readonly byRoute: ReadonlyMap<NamedRoute, LambdaFunction>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { routes, code, storage, logs } = props;
    const env = environment(props);
    const place = { code, env, storage, logs };
    this.byRoute = new Map(routes.map((route) => [route, this.#functionOf(route, place)]));
    acceptForFunctions(this);
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
  }

  #functionOf(
    route: NamedRoute,
    place: Pick<HandlerFunctionProps, "code" | "env" | "storage" | "logs">,
  ): LambdaFunction {
    const { name, method, path, handler, vault } = route;
    return new HandlerFunction(this, idOf(name), {
      name,
      description: `${method} ${path}`,
      handler,
      rights: rightsOf(route),
      vault,
      // A caller who waits longer has given up; the gateway itself would wait 29 s.
      timeout: Duration.seconds(10),
      ...place,
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

/** `schedules.addTimeOff` → `SchedulesAddTimeOff`. */
export function idOf(name: string): string {
  return name.replaceAll(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
