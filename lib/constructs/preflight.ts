import type { Method } from "../../functions/kernel/route.ts";
import { clinicHeader } from "../../functions/kernel/route.ts";

const requestHeaders = ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", clinicHeader];

const answered = ["Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Max-Age", "Vary"];

/**
 * A browser's question whether a page may call a path (Fetch Standard, CORS preflight), answered by the gateway itself.
 * An origin that is not listed is told nothing, and the browser refuses the page.
 */
export function preflight(methods: readonly Method[], origins: readonly string[]) {
  return {
    summary: "CORS preflight",
    responses: {
      "204": {
        description: "What a page of a listed origin may send",
        headers: Object.fromEntries(
          [...answered, "Access-Control-Allow-Origin"].map((name) => [name, { schema: { type: "string" } }]),
        ),
      },
    },
    "x-amazon-apigateway-integration": {
      type: "mock",
      passthroughBehavior: "when_no_match",
      requestTemplates: { "application/json": '{"statusCode":204}' },
      responses: {
        default: {
          statusCode: "204",
          responseParameters: {
            "method.response.header.Access-Control-Allow-Headers": `'${requestHeaders.join(",")}'`,
            "method.response.header.Access-Control-Allow-Methods": `'${methods.join(",")}'`,
            "method.response.header.Access-Control-Max-Age": "'600'",
            "method.response.header.Vary": "'Origin'",
          },
          responseTemplates: { "application/json": echoListed(origins) },
        },
      },
    },
  };
}

/** A mapping template (VTL) that answers with the asking origin if it is one of the list. HTTP/2 writes headers small. */
function echoListed(origins: readonly string[]): string {
  return [
    `#set($listed = [${origins.map((origin) => `"${origin}"`).join(", ")}])`,
    '#set($origin = $input.params().header.get("Origin"))',
    '#if(!$origin || $origin == "")#set($origin = $input.params().header.get("origin"))#end',
    "#if($listed.contains($origin))#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end",
  ].join("\n");
}
