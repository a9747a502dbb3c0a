import type { NamedRoute } from "../../functions/api.ts";
import { accessScope } from "../../functions/kernel/route.ts";
import { gatewayRefusals } from "./gateway-refusals.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { preflight } from "./preflight.ts";

export interface GatewayParts {
  routes: readonly NamedRoute[];
  /** Where API Gateway invokes a route's function. */
  invocationOf: (route: NamedRoute) => string;
  /** The role in whose name it does. */
  invoker: string;
  userPoolArn: string;
  origins: readonly string[];
  securityPolicy: string;
  endpointAccessMode: string;
}

/**
 * The API as API Gateway imports it: OpenAPI 3.0, since it does not know 3.1, and no more than it acts upon. What a
 * request may hold is checked by the functions; the document for readers is docs/openapi.json.
 */
export function gatewayDocument(parts: GatewayParts): Record<string, unknown> {
  const byPath = Object.groupBy(parts.routes, ({ path }) => path);
  return {
    openapi: "3.0.1",
    info: { title: "Praxis", version: "1" },
    paths: Object.fromEntries(
      Object.entries(byPath).map(([path, routes = []]) => [path, pathItem(path, routes, parts)]),
    ),
    components: { securitySchemes: { user: cognitoAuthorizer(parts.userPoolArn) } },
    "x-amazon-apigateway-gateway-responses": gatewayRefusals(),
    "x-amazon-apigateway-security-policy": parts.securityPolicy,
    "x-amazon-apigateway-endpoint-access-mode": parts.endpointAccessMode,
  };
}

function pathItem(path: string, routes: readonly NamedRoute[], parts: GatewayParts) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const parameters = names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const methods = routes.map(({ method }) => method);
  return {
    ...(parameters.length > 0 ? { parameters } : {}),
    ...Object.fromEntries(routes.map((route) => [route.method.toLowerCase(), operation(route, parts)])),
    options: preflight(methods, parts.origins),
    "x-amazon-apigateway-any-method": methodNotAllowed(methods),
  };
}

function operation(route: NamedRoute, { invocationOf, invoker }: GatewayParts) {
  return {
    summary: route.summary,
    responses: { [route.answer.status]: { description: route.summary } },
    // A Cognito authorizer takes an access token only where a scope is asked for, and an id token only where none is.
    ...(route.allow === "public" ? {} : { security: [{ user: [accessScope] }] }),
    "x-amazon-apigateway-integration": {
      type: "aws_proxy",
      httpMethod: "POST",
      uri: invocationOf(route),
      credentials: invoker,
      passthroughBehavior: "when_no_match",
    },
  };
}

function cognitoAuthorizer(userPoolArn: string) {
  return {
    type: "apiKey",
    name: "Authorization",
    in: "header",
    "x-amazon-apigateway-authtype": "cognito_user_pools",
    "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [userPoolArn] },
  };
}
