import { App } from "aws-cdk-lib";
import { bundleHandlers } from "../lib/bundle.ts";
import { checkEverySynth } from "../lib/constructs/findings.ts";
import { WrongSetting } from "../lib/constructs/settings.ts";
import { PraxisStack } from "../lib/praxis-stack.ts";

const app = new App();
try {
  new PraxisStack(app, "Praxis", { code: bundleHandlers("dist/functions") });
  checkEverySynth(app);
  app.synth();
} catch (error) {
  if (!(error instanceof WrongSetting)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
