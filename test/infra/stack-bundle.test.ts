import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { api } from "../../functions/api.ts";
import { bundleHandlers } from "../../lib/bundle.ts";

const directory = mkdtempSync(join(tmpdir(), "praxis-bundle-"));
afterAll(() => rmSync(directory, { recursive: true }));
const code = bundleHandlers(directory);
const load = createRequire(import.meta.url);

vi.stubEnv("USER_POOL_ID", "us-east-1_000000000");
vi.stubEnv("USER_POOL_CLIENT_ID", "0000000000000000000000000");
vi.stubEnv("AWS_REGION", "us-east-1");

describe("the bundle", () => {
  it.each(api)("of $name loads by itself and exports a handler", ({ handler }) => {
    const file = join(code, handler, "index.js");
    expect(existsSync(file)).toBe(true);
    expect(load(file)).toEqual({ handler: expect.any(Function) });
  });
});
