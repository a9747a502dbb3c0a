import type * as z from "zod/mini";
import type { DynamoAction, Family, ObjectAction, Rights } from "./families.ts";

export const roles = ["admin", "front-desk", "practitioner", "patient", "privacy-officer"] as const;
export type Role = (typeof roles)[number];

/** What a route shows or changes, by how private it is. */
export type DataClass =
  | "demographics"
  | "agreements"
  | "scheduling"
  | "clinical"
  | "sensitive"
  | "audit"
  | "retention"
  | "settings";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * One route of the API, declared once. From it come the Lambda and its role, the API Gateway resource, the OpenAPI
 * document, the local server's table, the authorization matrix and what the handler is given and must answer.
 */
export interface Route<
  Params extends z.core.$ZodType = z.core.$ZodType,
  Query extends z.core.$ZodType = z.core.$ZodType,
  Body extends z.core.$ZodType = z.core.$ZodType,
  Answer extends z.core.$ZodType = z.core.$ZodType,
> {
  method: Method;
  path: `/v1/${string}`;
  /** One line for the API reference. */
  summary: string;
  /** More than a line, where the summary does not suffice. */
  description?: string;
  /** `public`: anyone. `signed-in`: any valid token, no clinic chosen yet. Otherwise: these roles in the chosen clinic. */
  allow: "public" | "signed-in" | readonly Role[];
  shows: readonly DataClass[];
  /** Whether it reads or writes them, where its method does not say: GET reads, the others write. */
  action?: "read" | "write";
  /** What the audit trail calls this access; absent where no person's data is touched. */
  audit?: `${string}.${string}`;
  rights: Rights;
  /** What the handler, or an address it signs, does to the files of documents; absent where it touches none. */
  objects?: readonly ObjectAction[];
  /** Whether the handler opens or seals data, and so may ask KMS to unwrap the clinic's keys. */
  vault?: boolean;
  params?: Params;
  query?: Query;
  body?: Body;
  /** `required`: a stale or absent If-Match is refused (412, 428). */
  ifMatch?: "required" | "optional";
  answer: {
    status: 200 | 201 | 202 | 204;
    schema?: Answer;
    /** What kind of text the answer is, where it is not JSON. */
    media?: "text/calendar" | "text/csv" | "application/x-ndjson";
    /** Whether the answer carries its version as ETag. */
    versioned?: boolean;
    /** `private`: the caller may keep the answer, and asks each time whether it still holds (ETag, If-None-Match: 304). */
    cached?: "private";
    /** Where a thing that was made (201), or is being made (202), is read, if not below this path. */
    location?: `/v1/${string}`;
  };
  /** Codes of the refusals peculiar to this route, by status; the common ones are understood. */
  refusals?: Partial<Record<403 | 404 | 409 | 410 | 422, readonly string[]>>;
}

/** Declares a route and keeps the exact types of its schemas. */
// @__NO_SIDE_EFFECTS__
export function route<
  Params extends z.core.$ZodType = z.core.$ZodType<Record<never, never>>,
  Query extends z.core.$ZodType = z.core.$ZodType<Record<never, never>>,
  Body extends z.core.$ZodType = z.core.$ZodType<undefined>,
  Answer extends z.core.$ZodType = z.core.$ZodType<undefined>,
>(declared: Route<Params, Query, Body, Answer>): Route<Params, Query, Body, Answer> {
  return declared;
}

/** Whether an answer tells of a thing that was made, or is being made, and so says where it is read. */
export function isOfNewThing({ status }: Pick<Route["answer"], "status">): boolean {
  return status === 201 || status === 202;
}

/** The scope that every access token of a direct Cognito sign-in carries; API Gateway's authorizer asks for it. */
export const accessScope = "aws.cognito.signin.user.admin";

/** The header by which a user who belongs to several clinics chooses one. */
export const clinicHeader = "Praxis-Clinic";

/**
 * All that a route's Lambda does to the tables: what it declares, and what comes with being a route: reading the
 * membership and how the caller stands to the patient, looking up who became of a patient that is not there, leaving an audit entry, opening the clinic's keys, and remembering
 * what an Idempotency-Key brought about.
 */
export function rightsOf({
  method,
  allow,
  shows,
  audit,
  vault,
  rights,
  ...named
}: Pick<Route, "method" | "path" | "query" | "body" | "allow" | "shows" | "audit" | "vault" | "rights">): Rights {
  const all: Rights = { ...rights };
  const add = (action: DynamoAction, ...families: Family[]) => {
    all[action] = [...new Set([...(all[action] ?? []), ...families])];
  };
  if (allow !== "public") add("Query", "member");
  if (judgesRelation({ allow, shows, audit })) {
    add("BatchGetItem", "relation", "clinic");
    add("Query", "daybook");
  }
  if (namesPatient(named)) add("GetItem", "merge");
  if (audit) add("PutItem", "audit");
  if (audit) add("BatchWriteItem", "audit");
  if (vault) add("Query", "key");
  if (method === "POST") add("GetItem", "once", "key");
  if (method === "POST") add("PutItem", "once");
  return all;
}

/** Whether somebody who may use a route must stand in a relation to the patient that has to be looked up. */
function judgesRelation({ allow, shows, audit }: Pick<Route, "allow" | "shows" | "audit">): boolean {
  const isJudged = Array.isArray(allow) && (allow.includes("practitioner") || allow.includes("patient"));
  return Boolean(audit) && isJudged && shows.some((name) => name !== "settings");
}

/** Whether a route's path, query or body names a patient. */
export function namesPatient({ path, query, body }: Pick<Route, "path" | "query" | "body">): boolean {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return [...inPath, ...fieldsOf(query), ...fieldsOf(body)].some(isOfPatient);
}

/** Whether a parameter or field of that name is a patient's id. */
export function isOfPatient(field: string): boolean {
  return ["patientId", "proxyId", "patient", "into"].includes(field);
}

/** The names of the fields of an object's schema. */
function fieldsOf(schema: Route["body"]): string[] {
  const { shape = {} } = (schema?._zod.def ?? {}) as { shape?: object };
  return Object.keys(shape);
}
