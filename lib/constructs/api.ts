import { RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AccessLogFormat,
  ApiDefinition,
  CfnAccount,
  type CfnRestApi,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApiMode,
  SpecRestApi,
} from "aws-cdk-lib/aws-apigateway";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { NamedRoute } from "../../functions/api.ts";
import { accept } from "./findings.ts";
import { gatewayDocument } from "./gateway-document.ts";
import type { Identity } from "./identity.ts";
import { Invoker } from "./invoker.ts";
import type { Logs } from "./logs.ts";
import type { Settings } from "./settings.ts";

export interface ApiProps {
  functions: ReadonlyMap<NamedRoute, LambdaFunction>;
  identity: Identity;
  logs: Logs;
  settings: Settings;
}

/** TLS 1.3, or 1.2 with forward secrecy. Strict: the name asked for in TLS must be the one in the request. */
const transport = { securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", endpointAccessMode: "STRICT" };

/** The REST API: one stage, `live`, whose every route invokes its own function. */
export class Api extends Construct {
  readonly rest: SpecRestApi;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    this.rest = new SpecRestApi(this, "Rest", {
      restApiName: Stack.of(this).stackName,
      apiDefinition: ApiDefinition.fromInline(this.#document(props)),
      mode: RestApiMode.OVERWRITE,
      endpointTypes: [EndpointType.REGIONAL],
      deployOptions: {
        stageName: "live",
        throttlingRateLimit: props.settings.throttleRate,
        throttlingBurstLimit: props.settings.throttleBurst,
        // The stage's own metrics are there for nothing; those of each method cost, and each has its function's.
        metricsEnabled: false,
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(props.logs.group(this, "AccessLog")),
        accessLogFormat: accessLogFormat(),
        methodOptions: secretPaths([...props.functions.keys()], props.settings),
      },
    });
    Object.assign(this.rest.node.defaultChild as CfnRestApi, transport);
    this.rest.node.tryRemoveChild("Endpoint"); // an output, which the stack gives a name of its own
    this.#letTheGatewayLog(props.logs);
    this.#acceptFindings();
  }

  #document({ functions, identity, settings }: ApiProps) {
    const { partition, region } = Stack.of(this);
    return gatewayDocument({
      routes: [...functions.keys()],
      invocationOf: (route) =>
        `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functions.get(route)?.functionArn}/invocations`,
      invoker: new Invoker(this, "Invoker", { functions: [...functions.values()] }).roleArn,
      userPoolArn: identity.pool.userPoolArn,
      origins: settings.origins,
      ...transport,
    });
  }

  /**
   * Gives API Gateway the right to write logs, which is a setting of the account and region, and makes the log group of
   * its errors, which the gateway would otherwise make itself: unencrypted, kept for ever.
   */
  #letTheGatewayLog(logs: Logs): void {
    const stage = this.rest.deploymentStage;
    const name = "service-role/AmazonAPIGatewayPushToCloudWatchLogs";
    const role = new Role(this, "LogWriter", {
      assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(name)],
    });
    accept(
      role,
      `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
      "The policy that API Gateway documents for its account setting, which serves all APIs of the region.",
    );
    const account = new CfnAccount(this, "Account", { cloudWatchRoleArn: role.roleArn });
    const errors = logs.group(this, "ErrorLog", `API-Gateway-Execution-Logs_${this.rest.restApiId}/live`);
    stage.node.addDependency(account, errors);
    // Other APIs of the region log by the same setting.
    role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }

  #acceptFindings(): void {
    accept(
      this.rest,
      "AwsSolutions-APIG2",
      "Every function checks the whole request against its route's schemas before it reads a table, and answers with what was expected where. API Gateway's models know only a part of JSON Schema.",
    );
    accept(
      this.rest,
      "HIPAA.Security-APIGWCacheEnabledAndEncrypted",
      "Answers are about persons: they are not to be kept in a cache at all (Cache-Control: no-store).",
    );
    accept(
      this.rest,
      "HIPAA.Security-APIGWSSLEnabled",
      "The client certificate is for HTTP back ends that must recognise the gateway. Lambda recognises it by IAM.",
    );
    accept(
      this.rest,
      "HIPAA.Security-APIGWXrayEnabled",
      "The gateway's trace segments hold the URL with its query string, in which a search carries names, birth dates and phone numbers. The functions are traced instead, whose segments hold no request.",
    );
  }
}

/**
 * The settings of routes whose path is itself the key: the gateway's log of errors would tell it. What is said of one
 * method replaces all that is said of the stage, so the limits are said again.
 */
function secretPaths(routes: readonly NamedRoute[], { throttleRate, throttleBurst }: Settings) {
  const options = {
    loggingLevel: MethodLoggingLevel.OFF,
    dataTraceEnabled: false,
    metricsEnabled: false,
    throttlingRateLimit: throttleRate,
    throttlingBurstLimit: throttleBurst,
  };
  const secret = routes.filter(({ path }) => path.includes("{secret}"));
  return Object.fromEntries(secret.map(({ method, path }) => [`${path}/${method}`, options]));
}

/** One JSON line per request. The route's template, never its path or query: both may tell of a person. */
function accessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      time: "$context.requestTime",
      requestId: "$context.requestId",
      method: "$context.httpMethod",
      route: "$context.resourcePath",
      status: "$context.status",
      latency: "$context.responseLatency",
      functionLatency: "$context.integrationLatency",
      user: "$context.authorizer.claims.sub",
      refusal: "$context.error.responseType",
      tls: "$context.tlsVersion",
    }),
  );
}
