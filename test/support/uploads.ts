import { createHash } from "node:crypto";
import { call, mustCall } from "./client.ts";
import { okafor } from "./world.ts";

export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");

/** A file that is taken for a PDF. */
export const pdf = (text = "hello") => Buffer.from(`%PDF-1.7\n${text}\n%%EOF\n`);

export interface Put {
  number: number;
  offset: number;
  size: number;
  url: string;
  signedHeaders: Record<string, string>;
}

export const documentsOf = (patient: string) => `/v1/patients/${patient}/documents`;

export interface Announced {
  path: string;
  id: string;
  puts: Put[];
}

/** Announces a file and asks where to send it. */
export async function announce(
  patient: string,
  file: Uint8Array,
  { as = okafor, at, ...fields }: Record<string, unknown> & { as?: string; at?: string } = {},
): Promise<Announced> {
  const body = { title: "Letter", contentType: "application/pdf", size: file.length, sha256: sha256(file), ...fields };
  const asked = at ? { as, at } : { as };
  const { id } = await mustCall("POST", documentsOf(patient), { ...asked, body });
  const path = `${documentsOf(patient)}/${id}`;
  return { path, id, puts: (await mustCall("GET", `${path}/upload`, asked)).puts };
}

/** Sends a file, or anything else, to an address; S3's error code where it is refused. */
export async function send(put: Put, file: Uint8Array, headers: Record<string, string> = put.signedHeaders) {
  const answer = await fetch(put.url, { method: "PUT", headers, body: Buffer.from(file) });
  const text = await answer.text();
  return { status: answer.status, code: /<Code>(\w+)</.exec(text)?.[1], etag: answer.headers.get("etag") ?? "" };
}

export const complete = (path: string, as = okafor, body: object = {}) =>
  call("POST", `${path}/complete`, { as, body });

/** Uploads a file whole, and completes it. */
export async function uploaded(patient: string, file: Uint8Array = pdf(), fields: object = {}) {
  const { path, puts } = await announce(patient, file, { ...fields });
  for (const put of puts) await send(put, file);
  const { status, body } = await complete(path);
  if (status !== 200) throw new Error(`not completed: ${JSON.stringify(body)}`);
  return { path, document: body };
}
