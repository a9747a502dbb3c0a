import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod/mini";
import { fhirId } from "./fhir-types.ts";

/** One line of a file: where it stands (`Patient.ndjson:7`), and the resource on it, or why there is none. */
export interface Line {
  at: string;
  resource?: AnyResource;
  fault?: "not-utf-8" | "not-json" | "no-resource-type";
}

const anyResource = z.looseObject({ resourceType: z.string().check(z.regex(/^[A-Z][A-Za-z]{1,63}$/)) });
export type AnyResource = z.infer<typeof anyResource>;

/** What to call a resource in a summary: `Patient/1`, or its file and line where it has no id. */
export function nameOf({ at, resource }: Line): string {
  const id = z.safeParse(fhirId, resource?.["id"]).data;
  return resource && id ? `${resource.resourceType}/${id}` : at;
}

/** The paths of a folder's `.ndjson` files, by name. */
export async function ndjsonFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith(".ndjson"))
    .sort()
    .map((name) => join(folder, name));
}

/** The resources of a file, one line at a time; blank lines are passed over. */
export async function* readNdjson(file: string): AsyncGenerator<Line> {
  let number = 0;
  for await (const bytes of linesOf(createReadStream(file))) {
    number += 1;
    const at = `${basename(file)}:${number}`;
    if (bytes.some((byte) => byte > 0x20)) yield { at, ...parse(bytes) };
  }
}

/** Cuts at line feeds alone: `node:readline` also cuts at U+2028, which JSON allows inside a string. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  let parts: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, end)]);
      parts = [];
      from = end + 1;
    }
    parts.push(chunk.subarray(from));
  }
  yield Buffer.concat(parts);
}

function parse(bytes: Uint8Array): Pick<Line, "resource" | "fault"> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { fault: "not-utf-8" };
  }
  try {
    const resource = z.safeParse(anyResource, JSON.parse(text));
    return resource.success ? { resource: resource.data } : { fault: "no-resource-type" };
  } catch {
    return { fault: "not-json" };
  }
}
