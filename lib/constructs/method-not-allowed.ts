import type { Method } from "../../functions/kernel/route.ts";
import { problemHeaders, problemText } from "./gateway-refusals.ts";

/**
 * The answer to a method that a path does not know: 405, with those it knows (RFC 9110, 15.5.6). Without it the gateway
 * would say of the path that it is not there.
 */
export function methodNotAllowed(methods: readonly Method[]) {
  const headers = { ...problemHeaders, Allow: [...methods, "OPTIONS"].join(", ") };
  return {
    summary: "Any other method",
    responses: {
      "405": {
        description: "The path does not know the method",
        headers: Object.fromEntries(Object.keys(headers).map((name) => [name, { schema: { type: "string" } }])),
      },
    },
    "x-amazon-apigateway-integration": {
      type: "mock",
      passthroughBehavior: "never",
      requestTemplates: { "application/json": '{"statusCode":405}' },
      responses: {
        default: {
          statusCode: "405",
          responseParameters: Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [`method.response.header.${name}`, `'${value}'`]),
          ),
          responseTemplates: { "application/json": problemText(405, "Method not allowed", "method-not-allowed") },
        },
      },
    },
  };
}
