import { expect, test } from "vitest";
import { argumentsOf } from "../../lib/import/arguments.ts";

test("a folder is enough for the backend on this machine", () => {
  expect(argumentsOf(["samples"], {})).toEqual({
    folder: "samples",
    url: "http://localhost:3000",
    token: undefined,
    clinic: undefined,
    concurrency: 8,
  });
});

test("a deployed API is named by its URL, stage included, and a token from the line or the environment", () => {
  const line = ["samples", "--url", "https://abc.execute-api.us-east-1.amazonaws.com/prod/"];
  expect(argumentsOf(line, { PRAXIS_TOKEN: "t" })).toMatchObject({
    url: "https://abc.execute-api.us-east-1.amazonaws.com/prod",
    token: "t",
  });
  expect(argumentsOf([...line, "--token", "u"], { PRAXIS_TOKEN: "t" }).token).toBe("u");
});

test.each([
  [[], "name one folder"],
  [["a", "b"], "name one folder"],
  [["a", "--concurrency", "0"], "--concurrency takes 1 to 64"],
  [["a", "--concurrency", "2.5"], "--concurrency takes 1 to 64"],
  [["a", "--url", "somewhere"], "--url takes a URL"],
  [["a", "--url", "http://api.example.com", "--token", "t"], "must begin with https://"],
  [["a", "--url", "https://api.example.com"], "needs --token or PRAXIS_TOKEN"],
  [["a", "--tokn", "t"], "Unknown option"],
])("%j is refused: %s", (line, message) => {
  expect(() => argumentsOf(line, {})).toThrow(message);
});
