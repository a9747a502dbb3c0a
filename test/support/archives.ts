import type { Bundle, Resource } from "@medplum/fhirtypes";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { call, mustCall } from "./client.ts";
import { tick } from "./workers.ts";

export interface Asked {
  id: string;
  password: string;
  status: string;
  progress: { done: number; of: number };
  requestedAt: string;
  expiresAt: string;
}

/** Asks for an export and expects that to be taken. */
export async function mustExport(
  patient: string,
  as: string,
  { at = "", ...body }: Record<string, string> = {},
): Promise<Asked> {
  const asked = { as, body: { purpose: "access", ...body }, ...(at ? { at } : {}) };
  const { status, body: answer } = await call<Asked>("POST", `/v1/patients/${patient}/export`, asked);
  if (status !== 202) throw new Error(`the export was answered ${status}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Fetches an archive that is ready, by an address that is asked for now. */
export async function fetched(id: string, as: string, at?: string): Promise<Uint8Array> {
  const { url } = await mustCall("GET", `/v1/exports/${id}/download`, { as, ...(at ? { at } : {}) });
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the archive was answered ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The files of an archive by name; a wrong password throws. */
export async function opened(archive: Uint8Array, password: string): Promise<Map<string, Buffer>> {
  const reader = new ZipReader(new Uint8ArrayReader(archive), { password, useWebWorkers: false });
  const files = new Map<string, Buffer>();
  for (const entry of await reader.getEntries()) {
    if (entry.directory) continue;
    files.set(entry.filename, Buffer.from(await entry.getData(new Uint8ArrayWriter())));
  }
  await reader.close();
  return files;
}

/** What an archive holds, opened. */
export interface Opened {
  files: Map<string, Buffer>;
  bundle: Bundle;
  resources: Resource[];
  html: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says by its assertions what the manifest is
  manifest: any;
}

/** Exports a patient as somebody, has it written, fetches and opens it. */
export async function exported(patient: string, as: string, fields: Record<string, string> = {}): Promise<Opened> {
  const { id, password } = await mustExport(patient, as, fields);
  await tick("exports", new Date().toISOString());
  return contentOf(await fetched(id, as), password);
}

export async function contentOf(archive: Uint8Array, password: string): Promise<Opened> {
  const files = await opened(archive, password);
  const text = (name: string) => files.get(name)?.toString("utf8") ?? "";
  const bundle = JSON.parse(text("bundle.json")) as Bundle;
  const resources = (bundle.entry ?? []).map(({ resource }) => resource as Resource);
  return { files, bundle, resources, html: text("index.html"), manifest: JSON.parse(text("manifest.json")) };
}
