import { defineConfig } from "vitest/config";

/**
 * Four kinds of test, from quick to slow. `unit` needs nothing; `infra` synthesises the stack; `integration` starts
 * DynamoDB Local for itself; `api` talks over HTTP to the whole backend, which is started once for all of its files.
 */
const kinds = [
  { name: "unit", testTimeout: 20_000 },
  { name: "infra", testTimeout: 120_000, hookTimeout: 120_000 },
  { name: "integration", testTimeout: 60_000, hookTimeout: 60_000 },
  { name: "api", testTimeout: 60_000, hookTimeout: 120_000, globalSetup: ["test/support/backend.ts"] },
];

export default defineConfig({
  test: {
    environment: "node",
    projects: kinds.map((kind) => ({
      extends: true,
      test: { include: [`test/${kind.name}/**/*.test.ts`], ...kind },
    })),
  },
});
