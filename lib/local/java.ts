import { execFile } from "node:child_process";
import { join } from "node:path";
import { CannotStart } from "./cannot-start.ts";

const oldest = 17;
const remedy = [
  `Debian/Ubuntu: apt install openjdk-${oldest}-jre-headless;`,
  `macOS: brew install openjdk@${oldest} && export JAVA_HOME="$(brew --prefix openjdk@${oldest})";`,
  "or set DYNAMODB_ENDPOINT to use another DynamoDB.",
].join(" ");

/**
 * The command of a Java that can run DynamoDB Local: JAVA_HOME's, or else the one on the PATH.
 * @throws CannotStart if there is none, or it is older than 17; the line says what was found and how to get one
 */
export async function findJava(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const command = env["JAVA_HOME"] ? join(env["JAVA_HOME"], "bin", "java") : "java";
  const said = await versionOf(command, env);
  // "17.0.15", "21", "25-ea"; up to Java 8 the major version was the second number: "1.8.0_392".
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(said ?? "") ?? [];
  const major = Number(first === "1" ? second : first);
  if (said === undefined || Number.isNaN(major)) {
    throw new CannotStart(`Praxis needs Java ${oldest} or newer for DynamoDB Local, and found no Java. ${remedy}`);
  }
  if (major < oldest) {
    throw new CannotStart(
      `Praxis needs Java ${oldest} or newer for DynamoDB Local, and found Java ${major}. ${remedy}`,
    );
  }
  return command;
}

/** What `java -version` says; undefined where there is none. macOS has a `java` that only says it is not there. */
function versionOf(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, ["-version"], { env }, (error, stdout, stderr) => resolve(error ? undefined : stderr + stdout));
  });
}
