import { CannotStart } from "./cannot-start.ts";
import { demoPassword } from "./demo.ts";
import { findRunning } from "./running.ts";
import { usersOf } from "./users.ts";

/** Where the backend of this folder keeps its state. */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env["PRAXIS_STATE"] || ".praxis";
}

/**
 * Signs a user in to the backend that runs on this machine, and gives the access token.
 * @throws CannotStart if none runs, or it refuses the user; the message is the line to show
 */
export async function signIn(email: string, password: string = demoPassword): Promise<string> {
  const running = await findRunning(stateFolder());
  if (!running?.up) throw new CannotStart("Praxis is not running here: start it with npm start");
  try {
    return (await usersOf(running.up).signIn(email, password)).accessToken;
  } catch (error) {
    // cognito-local has a name of its own for a wrong password.
    if (error instanceof Error && ["NotAuthorizedException", "InvalidPasswordException"].includes(error.name)) {
      throw new CannotStart(`${email} cannot sign in: no such user, or another password`);
    }
    throw error;
  }
}
