import { routes as system } from "../functions/system/routes.ts";
import { type Arguments, argumentsOf, usage } from "../lib/import/arguments.ts";
import { connect } from "../lib/import/client.ts";
import { progressOn } from "../lib/import/progress.ts";
import { runImport } from "../lib/import/run.ts";
import { givenToken, type Session, signedIn } from "../lib/import/session.ts";
import { summaryOf } from "../lib/import/summary.ts";

/** Imports a folder of FHIR R4 NDJSON; see `usage`. Exits with 0 unless something failed or it ended early. */
async function main(given: Arguments): Promise<number> {
  await mustAnswer(given.url);
  const api = connect({ ...given, session: sessionOf(given) });
  const progress = progressOn(process.stdout);
  const tally = await runImport(given.folder, { api, concurrency: given.concurrency, progress }).finally(() =>
    progress.stop?.(),
  );
  process.stdout.write(`\n${summaryOf(tally)}`);
  return tally.isComplete ? 0 : 1;
}

function sessionOf({ token }: Arguments): Session {
  if (token) return givenToken(token);
  return signedIn(async () => {
    const { signIn } = await import("../lib/local/sign-in.ts");
    return signIn("admin@demo.clinic");
  });
}

/** Says at once when nothing is there, instead of after half a minute of trying. */
async function mustAnswer(url: string): Promise<void> {
  const answer = await fetch(`${url}${system.health.path}`, { signal: AbortSignal.timeout(15_000) }).catch(
    () => undefined,
  );
  if (!answer?.ok) throw new Error(`no API answers at ${url}; for the one on this machine run npm start first`);
}

/** The command line, or undefined where it does not make sense, once that has been said. */
function given(): Arguments | undefined {
  try {
    return argumentsOf(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "the import failed";
}

const line = given();
process.exitCode = 1;
if (line) {
  try {
    process.exitCode = await main(line);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
  }
}
