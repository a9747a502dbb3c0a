import { CannotStart } from "../lib/local/cannot-start.ts";
import { signIn } from "../lib/local/sign-in.ts";

/** Prints an access token of the backend that runs on this machine, and nothing else: `npm run -s token -- desk@demo.clinic`. */
try {
  const [email, password, ...more] = process.argv.slice(2);
  if (!email || more.length > 0) throw new CannotStart("Whose token? npm run -s token -- <mail address> [password]");
  process.stdout.write(`${await signIn(email, password)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
