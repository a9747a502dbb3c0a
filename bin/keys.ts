import { parseArgs } from "node:util";
import { findRunning } from "../lib/local/running.ts";
import { stateFolder } from "../lib/local/sign-in.ts";
import { useOutputs } from "../lib/outputs.ts";

const usage = `Shows and rotates the keys of clinics; docs/keys.md says when and how.

  npm run keys -- status [--clinic cln_...]                      the keys, what names them, how far a rotation is
  npm run keys -- rotate --clinic cln_... --key sealing|index    makes a new key and brings everything to it
  npm run keys -- resume --clinic cln_... --key sealing|index    goes on with a rotation that was cut short
  npm run keys -- retire --clinic cln_... --key sealing|index    destroys the older key, once nothing names it

With --outputs FILE (from "cdk deploy --outputs-file FILE") it works on that deployment, with your AWS credentials; without,
on what the environment names (CLINIC_TABLE, KEYS_TABLE, AUDIT_TABLE, KMS_KEY), or on what "npm start" runs here.`;

/** Points this process at the backend that runs on this machine. */
async function useRunning(): Promise<void> {
  const running = await findRunning(stateFolder());
  if (!running?.up) throw new Error(`Which deployment? None is named, and none runs here.\n\n${usage}`);
  Object.assign(process.env, running.up.env);
}

const commands = ["status", "rotate", "resume", "retire"];

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { outputs: text, clinic: text, key: text },
  });
  const [command = ""] = positionals;
  if (!commands.includes(command)) return console.log(usage);
  const { clinic, key = "" } = values;
  if (values.outputs) useOutputs(values.outputs);
  else if (!process.env["CLINIC_TABLE"]) await useRunning();
  // Loaded late: what works on the tables reads the environment.
  const { status, words } = await import("../lib/keys/status.ts");
  const { announce, resume, retire } = await import("../lib/keys/rotation.ts");
  if (command === "status") return console.log(await status(clinic));

  if (!clinic) throw new Error(`--clinic is missing\n\n${usage}`);
  const kind = key === "sealing" || key === "index" ? words[key] : undefined;
  if (!kind) throw new Error(`--key is sealing or index\n\n${usage}`);
  if (command === "retire") return console.log(`${key} key ${await retire(clinic, kind)} is destroyed.`);
  if (command === "rotate") console.log(`${key} key ${await announce(clinic, kind)} is made.`);
  const reached = await resume(clinic, kind, console.log);
  console.log(reached === "steady" ? "There is nothing to do." : `Done: the older ${key} key can be retired.`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
