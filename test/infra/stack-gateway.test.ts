import { describe, expect, it } from "vitest";
import { api } from "../../functions/api.ts";
import { accessScope } from "../../functions/kernel/route.ts";
import { attribute, context, ofType, synthesised, theOnly } from "./synthesised.ts";
import { gatewayDocument, type Operation, wired } from "./wiring.ts";

const { resources, outputs } = synthesised();
const document = gatewayDocument(resources);
const operations = Object.entries(document.paths).flatMap(([path, { parameters: _, ...methods }]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);
const origins = context()["praxis:origins"] as string[];

describe("the gateway", () => {
  it("knows the routes of the API, for each path a preflight and a word for any other method, and no others", () => {
    const paths = [...new Set(api.map(({ path }) => path))];
    const wanted = [
      ...api.map(({ method, path }) => `${method} ${path}`),
      ...paths.flatMap((path) => [`OPTIONS ${path}`, `X-AMAZON-APIGATEWAY-ANY-METHOD ${path}`]),
    ];
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(wanted.sort());
  });

  it("answers 405 to a method that a path does not know, with those it does", () => {
    for (const [path, { "x-amazon-apigateway-any-method": any }] of Object.entries(document.paths)) {
      const { type, responses } = (any as Operation)["x-amazon-apigateway-integration"];
      const methods = api.filter((route) => route.path === path).map(({ method }) => method);
      expect({ type, ...responses.default }).toMatchObject({
        type: "mock",
        statusCode: "405",
        responseParameters: { "method.response.header.Allow": `'${[...methods, "OPTIONS"].join(", ")}'` },
      });
    }
  });

  it.each(api)("asks for an access token on $name, unless it is public", ({ method, path, allow }) => {
    const { security } = operations.find((each) => each.method === method && each.path === path)?.operation ?? {};
    expect(security).toEqual(allow === "public" ? undefined : [{ user: [accessScope] }]);
  });

  it("checks tokens against the one user pool", () => {
    const [[pool] = []] = ofType(resources, "AWS::Cognito::UserPool");
    expect(document.components.securitySchemes["user"]).toMatchObject({
      name: "Authorization",
      "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [attribute(String(pool))] },
    });
    expect(outputs["UserPoolId"]?.Value).toEqual({ Ref: pool });
  });

  it("invokes each route's function in the name of one role, which may invoke these functions and no others", () => {
    const [invoker, ...others] = new Set(
      operations
        .flatMap(({ operation }) => operation["x-amazon-apigateway-integration"].credentials ?? [])
        .map((role) => JSON.stringify(role)),
    );
    expect(others).toEqual([]);
    const roles = ofType<{ ManagedPolicyArns: { Ref: string }[]; AssumeRolePolicyDocument: unknown }>(
      resources,
      "AWS::IAM::Role",
    );
    const [, role] = roles.find(([id]) => JSON.stringify(attribute(id)) === invoker) ?? [];
    expect(JSON.stringify(role?.Properties.AssumeRolePolicyDocument)).toContain('"apigateway.amazonaws.com"');
    const policies = new Map(
      ofType<{ PolicyDocument: { Statement: { Action: string; Resource: unknown }[] } }>(
        resources,
        "AWS::IAM::ManagedPolicy",
      ),
    );
    const statements = role?.Properties.ManagedPolicyArns.flatMap(
      ({ Ref }) => policies.get(Ref)?.Properties.PolicyDocument.Statement ?? [],
    );
    expect([...new Set(statements?.map(({ Action }) => Action))]).toEqual(["lambda:InvokeFunction"]);
    const invoked = statements?.flatMap(({ Resource }) => Resource).map((arn) => JSON.stringify(arn));
    const functions = wired(resources).map(({ functionId }) => JSON.stringify(attribute(functionId)));
    expect(invoked?.sort()).toEqual(functions.sort());
    expect(functions).toHaveLength(api.length);
  });

  it("takes TLS 1.2 or later, limits the rate, and keeps nothing in a cache", () => {
    const { SecurityPolicy, EndpointAccessMode } = theOnly(resources, "AWS::ApiGateway::RestApi").Properties;
    expect({ SecurityPolicy, EndpointAccessMode }).toEqual({
      SecurityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
      EndpointAccessMode: "STRICT",
    });
    expect(theOnly(resources, "AWS::ApiGateway::Stage").Properties).toMatchObject({
      MethodSettings: [
        {
          ResourcePath: "/*",
          HttpMethod: "*",
          ThrottlingRateLimit: 100,
          ThrottlingBurstLimit: 200,
          DataTraceEnabled: false,
          LoggingLevel: "ERROR",
        },
        {
          ResourcePath: "/~1v1~1calendars~1{secret}~1calendar.ics",
          HttpMethod: "GET",
          ThrottlingRateLimit: 100,
          ThrottlingBurstLimit: 200,
          DataTraceEnabled: false,
          LoggingLevel: "OFF",
        },
      ],
    });
    expect(theOnly(resources, "AWS::ApiGateway::Stage").Properties).not.toHaveProperty("CacheClusterEnabled");
  });

  it("has no two names for a variable at one level of the paths, which the gateway would not import", () => {
    const names = new Map<string, string>();
    for (const path of Object.keys(document.paths)) {
      for (const { 0: variable, index } of path.matchAll(/\{\w+\}/g)) {
        const before = path.slice(0, index).replaceAll(/\{\w+\}/g, "{}");
        expect(names.get(before) ?? variable, path).toBe(variable);
        names.set(before, variable);
      }
    }
  });

  it("logs neither path, query, body nor address of a request, and traces none of them", () => {
    const stage = theOnly<{ AccessLogSetting: { Format: string } }>(resources, "AWS::ApiGateway::Stage").Properties;
    const logged = Object.values(JSON.parse(stage.AccessLogSetting.Format) as Record<string, string>);
    expect(logged).toContain("$context.resourcePath");
    for (const telling of [
      "$context.path",
      "$context.identity.sourceIp",
      "$context.customDomain",
      "$input",
      "$context.requestOverride",
    ]) {
      expect(logged.filter((value) => value.startsWith(telling))).toEqual([]);
    }
    expect(stage).not.toHaveProperty("TracingEnabled");
  });
});

describe("a preflight", () => {
  const preflights = operations.filter(({ method }) => method === "OPTIONS");

  it.each(preflights)(
    "of $path names the path's methods and the headers that requests carry",
    ({ path, operation }) => {
      const { type, responses } = operation["x-amazon-apigateway-integration"];
      const methods = api.filter((route) => route.path === path).map(({ method }) => method);
      expect(type).toBe("mock");
      expect(operation.security).toBeUndefined();
      expect(responses.default.responseParameters).toMatchObject({
        "method.response.header.Access-Control-Allow-Methods": `'${methods.join(",")}'`,
        "method.response.header.Access-Control-Allow-Headers":
          "'Authorization,Content-Type,Idempotency-Key,If-Match,Praxis-Clinic'",
        "method.response.header.Vary": "'Origin'",
      });
    },
  );

  it.each(preflights)("of $path answers with an origin only where it is listed", ({ operation }) => {
    const { responseParameters, responseTemplates } = operation["x-amazon-apigateway-integration"].responses.default;
    expect(Object.keys(responseParameters)).not.toContain("method.response.header.Access-Control-Allow-Origin");
    const [list, ...rest] = String(responseTemplates["application/json"]).split("\n");
    expect(list).toBe(`#set($listed = [${origins.map((origin) => `"${origin}"`).join(", ")}])`);
    expect(rest.at(-1)).toBe(
      "#if($listed.contains($origin))#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end",
    );
  });
});

describe("a refusal of the gateway's own", () => {
  const refusals = Object.entries(document["x-amazon-apigateway-gateway-responses"]).map(([name, refusal]) => ({
    name,
    ...refusal,
  }));

  it.each(refusals)(
    "$name is a problem that repeats nothing of the request",
    ({ statusCode, responseParameters, responseTemplates }) => {
      expect(Object.keys(responseTemplates)).toEqual(["application/json"]);
      expect(responseParameters["gatewayresponse.header.Content-Type"]).toBe("'application/problem+json'");
      const { code, ...problem } = JSON.parse(String(responseTemplates["application/json"]));
      expect(problem).toEqual({
        type: `urn:praxis:problem:${code}`,
        title: expect.any(String),
        status: Number(statusCode),
        requestId: "$context.requestId",
      });
    },
  );

  it("covers whatever has no words of its own, and says how to sign in where that is missing", () => {
    expect(refusals.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["DEFAULT_4XX", "DEFAULT_5XX", "WAF_FILTERED", "THROTTLED"]),
    );
    for (const { statusCode, responseParameters } of refusals) {
      expect(responseParameters["gatewayresponse.header.WWW-Authenticate"]).toBe(
        statusCode === "401" ? "'Bearer'" : undefined,
      );
    }
  });
});
