import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  UsernameExistsException,
} from "@aws-sdk/client-cognito-identity-provider";

export interface Tokens {
  accessToken: string;
  idToken: string;
  refreshToken: string;
}

/** Where the user pool is to be reached, and by which ids. */
export interface PoolAddress {
  cognitoEndpoint: string;
  poolId: string;
  clientId: string;
}

/** The users of a pool. */
export interface Users {
  /** Makes a user who can sign in at once; one who is there already gets the password. Gives the user's `sub`. */
  createUser(email: string, password: string): Promise<string>;
  /** Signs in with a password. @throws NotAuthorizedException or InvalidPasswordException for a user refused */
  signIn(email: string, password: string): Promise<Tokens>;
}

export function usersOf({ cognitoEndpoint, poolId, clientId }: PoolAddress): Users {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new CognitoIdentityProviderClient({ endpoint: cognitoEndpoint, region: "us-east-1", credentials });
  return {
    createUser: (email, password) => createUser(client, { UserPoolId: poolId, Username: email }, password),
    signIn: (email, password) => signIn(client, clientId, { USERNAME: email, PASSWORD: password }),
  };
}

async function createUser(
  client: CognitoIdentityProviderClient,
  user: { UserPoolId: string; Username: string },
  Password: string,
): Promise<string> {
  const UserAttributes = [
    { Name: "email", Value: user.Username },
    { Name: "email_verified", Value: "true" },
  ];
  await client
    .send(new AdminCreateUserCommand({ ...user, UserAttributes, MessageAction: "SUPPRESS" }))
    .catch((error: unknown) => {
      if (!(error instanceof UsernameExistsException)) throw error;
    });
  await client.send(new AdminSetUserPasswordCommand({ ...user, Password, Permanent: true }));
  const made = await client.send(new AdminGetUserCommand(user));
  const sub = made.UserAttributes?.find(({ Name }) => Name === "sub")?.Value;
  if (!sub) throw new Error(`Cognito gave ${user.Username} no sub`);
  return sub;
}

async function signIn(
  client: CognitoIdentityProviderClient,
  ClientId: string,
  AuthParameters: Record<string, string>,
): Promise<Tokens> {
  const { AuthenticationResult: tokens } = await client.send(
    new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters }),
  );
  if (!tokens?.AccessToken || !tokens.IdToken || !tokens.RefreshToken) throw new Error("Cognito gave no tokens");
  return { accessToken: tokens.AccessToken, idToken: tokens.IdToken, refreshToken: tokens.RefreshToken };
}
