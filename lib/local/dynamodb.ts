import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "./child.ts";

/** Starts the DynamoDB Local that comes with `amplify-dynamodb-simulator`; its data lies in the folder, or nowhere. */
export async function startDynamoDb(java: string, folder?: string): Promise<Child> {
  const emulator = createRequire(import.meta.url).resolve("amplify-dynamodb-simulator/package.json");
  return startChild({
    name: "DynamoDB Local",
    command: java,
    args: [
      // Starts half a second sooner; the parallel collector is for heaps larger than a laptop's demo needs.
      "-XX:+UseSerialGC",
      "-Djava.library.path=DynamoDBLocal_lib",
      "-Dorg.eclipse.jetty.util.log.announce=false",
      "-Dorg.eclipse.jetty.LEVEL=WARN",
      "-cp",
      "DynamoDBLocal.jar",
      "org.eclipse.jetty.xml.XmlConfiguration",
      folder === undefined ? "inMemory=true" : `dbPath=${folder}`,
      fileURLToPath(new URL("dynamodb.xml", import.meta.url)),
    ],
    cwd: join(dirname(emulator), "emulator"),
    env: { ...process.env, DDB_LOCAL_TELEMETRY: "0" },
  });
}
