import type { KnipConfig } from "knip";
import { api } from "./functions/api.ts";
import { workers } from "./functions/workers.ts";

/** Where the programs begin: the commands, the handler of each route and worker, what is measured. Vitest's own are found from its configuration. */
const config: KnipConfig = {
  entry: ["bin/*.ts", "bench/*.ts", ...[...api, ...workers].map(({ handler }) => `functions/${handler}.ts`)],
  project: ["**/*.ts"],
  ignoreExportsUsedInFile: { interface: true, type: true },
  // Used by name, not imported: served as a file, named in .spectral.yaml, started as a process.
  ignoreDependencies: ["@scalar/api-reference", "@stoplight/spectral-owasp-ruleset", "amplify-dynamodb-simulator"],
};

export default config;
