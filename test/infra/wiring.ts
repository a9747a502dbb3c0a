import { api, type NamedRoute } from "../../functions/api.ts";
import type { TableName } from "../../functions/kernel/families.ts";
import type { Statement } from "./allows.ts";
import { ofType, type Resource, type Resources, theOnly } from "./synthesised.ts";

/** What the gateway's document says of one method of one path. */
export interface Operation {
  security?: Record<string, string[]>[];
  responses: Record<string, { headers?: Record<string, unknown> }>;
  "x-amazon-apigateway-integration": {
    type: string;
    /** In whose name a function is invoked. */
    credentials?: unknown;
    uri: { "Fn::Join": [string, unknown[]] };
    responses: { default: { responseParameters: Record<string, string>; responseTemplates: Record<string, string> } };
  };
}

export interface GatewayDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Record<string, Record<string, unknown>> };
  "x-amazon-apigateway-gateway-responses": Record<
    string,
    { statusCode: string; responseParameters: Record<string, string>; responseTemplates: Record<string, string> }
  >;
}

/** The document that the REST API is made from. */
export function gatewayDocument(resources: Resources): GatewayDocument {
  return theOnly<{ Body: GatewayDocument }>(resources, "AWS::ApiGateway::RestApi").Properties.Body;
}

/** The tables' logical ids, by the outputs that name them to an operator. */
export function tableIdsIn(outputs: Record<string, { Value: unknown }>): Record<TableName, string> {
  const idOf = (output: string) => (outputs[output] as { Value: { Ref: string } }).Value.Ref;
  return { clinic: idOf("ClinicTable"), keys: idOf("KeysTable"), audit: idOf("AuditTable") };
}

interface FunctionProperties {
  Role: { "Fn::GetAtt": [string, string] };
  LoggingConfig: { LogGroup: { Ref: string } };
  Environment: { Variables: Record<string, unknown> };
}

interface Wired {
  route: NamedRoute;
  functionId: string;
  function: Resource<FunctionProperties>;
  roleId: string;
  policyId: string;
  statements: Statement[];
}

/** Every route with the function that the gateway invokes for it, and what that function's role may do. */
export function wired(resources: Resources): Wired[] {
  const { paths } = gatewayDocument(resources);
  return api.map((route) => {
    const operation = paths[route.path]?.[route.method.toLowerCase()];
    const functionId = idIn(operation?.["x-amazon-apigateway-integration"].uri, "AWS::Lambda::Function", resources);
    const found = resources[functionId] as unknown as Resource<FunctionProperties>;
    const roleId = found.Properties.Role["Fn::GetAtt"][0];
    const policyId = idIn(resources[roleId], "AWS::IAM::ManagedPolicy", resources);
    const policy = resources[policyId] as unknown as Resource<{ PolicyDocument: { Statement: Statement[] } }>;
    return {
      route,
      functionId,
      function: found,
      roleId,
      policyId,
      statements: policy.Properties.PolicyDocument.Statement,
    };
  });
}

/** The logical id of the only resource of a type that something refers to. */
function idIn(where: unknown, type: string, resources: Resources): string {
  const text = JSON.stringify(where);
  const ids = ofType(resources, type)
    .map(([id]) => id)
    .filter((id) => text.includes(`"${id}"`));
  if (ids.length !== 1) throw new Error(`expected one ${type} in ${text}, found ${ids.length}`);
  return ids[0] as string;
}
