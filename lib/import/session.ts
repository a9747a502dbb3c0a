/** Thrown when going on makes no sense: nothing that follows can succeed either. */
export class Stopped extends Error {
  override name = "Stopped";
}

/** Why it was stopped where nothing is heard from the API. */
export const unanswered = "the API does not answer; run again to go on";

/** Where the access token comes from. */
export interface Session {
  token(): Promise<string>;
  /** Gets another token in place of the one that was refused; absent where there is no way to. */
  renew?(refused: string): Promise<string>;
}

/** A token that the caller was given; when it expires, the import ends and can be run again with a new one. */
export function givenToken(token: string): Session {
  return { token: async () => token };
}

/** Signs in by itself, and again when a token has expired: once for all requests that were refused at the same time. */
export function signedIn(signIn: () => Promise<string>): Session {
  let current: Promise<string> | undefined;
  const token = () => {
    current ??= signIn().catch((error: unknown) => {
      throw new Stopped(`cannot sign in: ${error instanceof Error ? error.message : "unknown"}`);
    });
    return current;
  };
  return {
    token,
    async renew(refused) {
      if ((await token()) === refused) current = undefined;
      return token();
    },
  };
}
