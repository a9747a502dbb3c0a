import { parseArgs } from "node:util";
import { type Backend, startBackend } from "../lib/local/backend.ts";
import { CannotStart } from "../lib/local/cannot-start.ts";
import { demoDomains, demoPassword, demoUsers } from "../lib/local/demo.ts";
import { stateFolder } from "../lib/local/sign-in.ts";
import { seed } from "./seed.ts";

/** The whole backend on this machine: `npm start`, `PORT=3001 npm start`, `npm start -- --fresh` to begin anew. */
async function main(): Promise<void> {
  const backend = await startBackend({ stateDir: stateFolder(), fresh: isFresh(), port: portOf(process.env) });
  const end = endOf(backend);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));
  void backend.ended.then((child) => end(1, `${child} has ended by itself, so Praxis stops.`));
  process.stdout.write("Seeding the demo clinics ...\n");
  await seed(backend).then(
    () => process.stdout.write(welcome(backend)),
    (error: Error) => end(1, error.stack),
  );
}

/** What ends the backend and then this process; only the first call counts. */
function endOf(backend: Backend) {
  let isEnding = false;
  return async (exitCode: number, why?: string): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    if (why) process.stderr.write(`${why}\n`);
    await backend.stop();
    process.exit(exitCode);
  };
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
