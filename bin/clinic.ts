import { parseArgs } from "node:util";
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  type AttributeType,
  CognitoIdentityProviderClient,
  UsernameExistsException,
} from "@aws-sdk/client-cognito-identity-provider";
import { env } from "../functions/kernel/env.ts";
import { newId } from "../functions/kernel/ids.ts";
import { type Role, roles } from "../functions/kernel/route.ts";
import { zone as zoneSchema } from "../functions/kernel/schema.ts";
import { useOutputs } from "../lib/outputs.ts";

const usage = `Founds clinics in a deployed Praxis, and says who belongs to them.

  npm run clinic -- found  --name "Riverside Clinic" --zone America/New_York [--country US] --admin admin@example.org
  npm run clinic -- add    --clinic cln_... --user desk@example.org --role front-desk [--person prc_... or pat_...]
  npm run clinic -- remove --clinic cln_... --user desk@example.org

Roles: ${roles.join(", ")}. With --outputs FILE (from "cdk deploy --outputs-file FILE") it works on that deployment,
with your AWS credentials; without, on what the environment names (CLINIC_TABLE, KEYS_TABLE, AUDIT_TABLE, KMS_KEY, USER_POOL_ID).`;

/** The `sub` of a user, who is invited by mail if they are not in the pool yet. */
async function subOf(email: string): Promise<string> {
  const cognito = new CognitoIdentityProviderClient({});
  const pool = { UserPoolId: env("USER_POOL_ID"), Username: email };
  const attributes = [
    { Name: "email", Value: email },
    { Name: "email_verified", Value: "true" },
  ];
  const made = await cognito
    .send(new AdminCreateUserCommand({ ...pool, UserAttributes: attributes, DesiredDeliveryMediums: ["EMAIL"] }))
    .catch((error: unknown) => {
      if (error instanceof UsernameExistsException) return undefined;
      throw error;
    });
  const own: AttributeType[] =
    made?.User?.Attributes ?? (await cognito.send(new AdminGetUserCommand(pool))).UserAttributes ?? [];
  const sub = own.find(({ Name }) => Name === "sub")?.Value;
  if (!sub) throw new Error(`${email} has no sub`);
  return sub;
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      outputs: text,
      name: text,
      zone: text,
      country: text,
      admin: text,
      clinic: text,
      user: text,
      role: text,
      person: text,
    },
  });
  const needed = (name: keyof typeof values): string => {
    const value = values[name];
    if (!value) throw new Error(`--${name} is missing\n\n${usage}`);
    return value;
  };
  if (values.outputs) useOutputs(values.outputs, { USER_POOL_ID: "UserPoolId" });
  // Loaded late: stores read the environment.
  const { foundClinic } = await import("../functions/members/found-clinic.ts");
  const { removeMember, saveMember } = await import("../functions/members/store.ts");

  if (positionals[0] === "found") {
    const [name, zone, admin] = [needed("name"), needed("zone"), needed("admin")];
    if (!zoneSchema.safeParse(zone).success) throw new Error(`--zone ${zone} is no IANA time zone`);
    const user = await subOf(admin);
    const id = newId("cln");
    await foundClinic({ id, name, zone, country: values.country });
    await saveMember(user, { clinic: id, role: "admin" });
    console.log(`${name} is founded as ${id}; ${admin} is its admin.`);
  } else if (positionals[0] === "add") {
    const [clinic, email, role] = [needed("clinic"), needed("user"), needed("role")];
    if (!roles.some((each) => each === role)) throw new Error(`--role ${role} is none of ${roles.join(", ")}`);
    if ((role === "patient" || role === "practitioner") && !values.person)
      throw new Error(`a ${role} needs --person: whom the user is`);
    await saveMember(await subOf(email), { clinic, role: role as Role, person: values.person });
    console.log(`${email} is ${role} in ${clinic}.`);
  } else if (positionals[0] === "remove") {
    await removeMember(await subOf(needed("user")), needed("clinic"));
    console.log(`${values.user} is no longer in ${values.clinic}; it works within 30 seconds.`);
  } else {
    console.log(usage);
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
