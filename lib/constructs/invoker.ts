import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";

/** A managed policy holds 6,144 characters (IAM quotas), and a function's ARN takes up to some 130 of them. */
const functionsInOne = 40;

export interface InvokerProps {
  functions: readonly LambdaFunction[];
}

/**
 * The role in whose name API Gateway invokes the routes' functions, and no others. A permission on each function would say
 * the same in one resource for each route, and beside the function, in its nested stack, it would wait for the API, which
 * waits for the function.
 */
export class Invoker extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, { functions }: InvokerProps) {
    super(scope, id);
    const policies = Array.from({ length: Math.ceil(functions.length / functionsInOne) }, (_, n) => {
      const some = functions.slice(n * functionsInOne, (n + 1) * functionsInOne);
      return new ManagedPolicy(this, `Functions${n + 1}`, {
        description: "Invokes functions that answer routes",
        statements: [
          new PolicyStatement({
            actions: ["lambda:InvokeFunction"],
            resources: some.map(({ functionArn }) => functionArn),
          }),
        ],
      });
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
      managedPolicies: policies,
    });
    this.roleArn = role.roleArn;
  }
}
