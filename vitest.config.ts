import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What the backend of the API's tests tells its handlers by the environment is not for those that start their own. */
const env = { DYNAMODB_ENDPOINT: "", LOG: "" };

const setupFiles = ["test/support/same-cases.ts"];

/** Files that share a worker load what they import once; none of these leaves anything behind in a module. */
const shared = { isolate: false };
/** The backend is one for all files: two at once would only wait for each other. */
const oneBackend = { ...shared, maxWorkers: 1, globalSetup: ["test/support/backend.ts"] };

/**
 * Five kinds of test, from quick to slow. `unit` needs nothing; `infra` synthesises the stack; `integration` starts
 * DynamoDB Local for itself; `api` talks over HTTP to the whole backend, which is started once for all of its files. These are
 * `npm test`. `proofs` take longer, for they wait for keys to settle or are killed again and again: `npm run proofs`.
 */
const kinds = [
  { name: "unit", ...shared, env, setupFiles, maxWorkers: 2, testTimeout: 20_000 },
  { name: "infra", env, maxWorkers: 2, testTimeout: 120_000, hookTimeout: 120_000 },
  { name: "integration", env, setupFiles, maxWorkers: 2, testTimeout: 60_000, hookTimeout: 120_000 },
  { name: "api", ...oneBackend, sequence: { groupOrder: 1 }, testTimeout: 60_000, hookTimeout: 120_000 },
  // Some of these start a backend of their own, whose handlers must not be those that another file has loaded.
  {
    name: "proofs",
    ...oneBackend,
    isolate: true,
    sequence: { groupOrder: 2 },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
];

/**
 * First those that look at all that there is (everything, then the sealed trail, then the raw tables): such a look takes the
 * longer the more lies there, which is least at the beginning.
 */
class LooksFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const looks = [/support\/(leaks|life)\.ts/, /\bsealed\b.*support\/workers\.ts/, /support\/(tables|own-clinic)\.ts/];
    const rank = ({ moduleId }: TestSpecification) => {
      const text = readFileSync(moduleId, "utf8");
      return looks.findIndex((look) => look.test(text)) + 1 || looks.length + 1;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    environment: "node",
    sequence: { sequencer: LooksFirst },
    projects: kinds.map((kind) => ({
      extends: true,
      test: { include: [`test/${kind.name}/**/*.test.ts`], ...kind },
    })),
  },
});
