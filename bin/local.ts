import { parseArgs } from "node:util";
import { type Backend, startBackend } from "../lib/local/backend.ts";
import { CannotStart } from "../lib/local/cannot-start.ts";
import { demoDomains, demoPassword, demoUsers } from "../lib/local/demo.ts";
import { stateFolder } from "../lib/local/sign-in.ts";
import { seed } from "./seed.ts";

/** The whole backend on this machine: `npm start`, `PORT=3001 npm start`, `npm start -- --fresh` to begin anew. */
async function main(): Promise<void> {
  const backend = await startBackend({ stateDir: stateFolder(), fresh: isFresh(), port: portOf(process.env) });
  stopOnSignals(backend);
  process.stdout.write("Praxis is seeding the demo clinics ...\n");
  await seed(backend).catch(async (error: unknown) => {
    await backend.stop();
    throw error;
  });
  process.stdout.write(welcome(backend));
}

function isFresh(): boolean {
  try {
    return parseArgs({ options: { fresh: { type: "boolean", default: false } } }).values.fresh;
  } catch (error) {
    throw new CannotStart(`${(error as Error).message}. The only option is --fresh, which begins anew.`);
  }
}

function portOf({ PORT = "3000" }: NodeJS.ProcessEnv): number {
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new CannotStart(`PORT takes 1 to 65535, not ${PORT}`);
  return port;
}

function stopOnSignals(backend: Backend): void {
  let isStopping = false;
  const stop = async (exitCode: number) => {
    if (isStopping) return;
    isStopping = true;
    await backend.stop();
    process.exit(exitCode);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));
  void backend.ended.then((child) => {
    if (!isStopping) process.stderr.write(`${child} has ended unexpectedly: Praxis stops.\n`);
    return stop(1);
  });
}

function welcome({ url, docsUrl }: Backend): string {
  const local = (address: string) => address.replace("127.0.0.1", "localhost");
  const base = local(url);
  const users = demoUsers.map(
    ({ name, is }) => `  ${demoDomains.map((domain) => `${name}@${domain}`.padEnd(28)).join("")}${is}`,
  );
  const token = `npm run -s token -- desk@${demoDomains[0]}`;
  return `
Praxis is up.

  API         ${base}
  Reference   ${local(docsUrl)}

Demo users, all with the password ${demoPassword}

${users.join("\n")}

Try it

  curl ${base}/v1/health
  ${token}
  curl -H "Authorization: Bearer $(${token})" ${base}/v1/me

Ctrl-C stops it. What you change stays in ${stateFolder()}/ until npm start -- --fresh.

`;
}

try {
  await main();
} catch (error) {
  process.stderr.write(error instanceof CannotStart ? `${error.message}\n` : `${(error as Error).stack}\n`);
  process.exit(1);
}
