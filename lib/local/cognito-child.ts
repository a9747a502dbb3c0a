import { rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createDefaultServer } from "cognito-local";

/*
 * cognito-local as a process of its own: says its port in its first line, ends when its standard input closes. Run in
 * the folder that holds its `.cognito`.
 */

type Logger = Parameters<typeof createDefaultServer>[0];

const fromCognitoLocal = createRequire(createRequire(import.meta.url).resolve("cognito-local"));
const pino = fromCognitoLocal("pino") as (options: { level: string }) => Logger;
const stormDb = fromCognitoLocal("stormdb") as { localFileEngine: { prototype: Engine } };

interface Engine {
  path: string;
  serialize: (data: unknown) => string;
  write: (data: unknown) => Promise<void>;
}

/**
 * The data base's own way of writing lets two writes of a file run into each other, and leaves half a file when the
 * process is killed. Here one follows the other, and a file is replaced as a whole.
 */
let written = Promise.resolve();
stormDb.localFileEngine.prototype.write = function (this: Engine, data: unknown) {
  const text = this.serialize(data);
  const replace = async () => {
    await writeFile(`${this.path}.new`, text, { mode: 0o600 });
    await rename(`${this.path}.new`, this.path);
  };
  written = written.then(replace, replace);
  return written;
};

process.stdin.resume().once("end", () => process.exit());
const cognito = await createDefaultServer(pino({ level: "silent" }));
const server = await cognito.start();
const address = server.address();
process.stdout.write(`${typeof address === "object" ? address?.port : address}\n`);
