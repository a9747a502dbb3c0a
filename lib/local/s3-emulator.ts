import { mkdir } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BuildAppOptions, buildApp } from "fauxqs";
import type { Answer, Asked } from "./s3-rules.ts";

/** The emulator of S3: asked within this process, it has no port that anybody else could ask. */
export interface Emulator {
  ask(request: Asked): Promise<Answer>;
  /** The uploads in parts that are under way for keys of a prefix, which fauxqs does not list. */
  uploadsBelow(prefix: string): Answer;
  stop(): Promise<void>;
}

type Stores = NonNullable<BuildAppOptions["stores"]>;
type S3Store = Stores["s3Store"];
interface Files {
  loadS3(store: S3Store): void;
}

/** More than the largest part or file that is sent in one request. */
const bodyLimit = 128 * 1024 * 1024;

/** Starts fauxqs' S3 with one bucket; its files lie in the folder, or in memory. */
export async function startEmulator(bucket: string, folder?: string): Promise<Emulator> {
  const store = await storeIn(folder);
  store.createBucket(bucket);
  const app = buildApp({ logger: false, stores: { s3Store: store } as Stores });
  // Its own limit is that of a small part.
  app.removeContentTypeParser("*");
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit }, (_, body, done) => done(null, body));
  await app.ready();
  const ask: Emulator["ask"] = async ({ method, path, query, headers, body }) => {
    const { "transfer-encoding": _, "content-type": type = "application/octet-stream", ...rest } = headers;
    const answer = await app.inject({
      method: method as "GET",
      url: `${path}?${new URLSearchParams(query).toString()}`,
      headers: { ...rest, host: "127.0.0.1", "content-type": type, "content-length": String(body.length) },
      payload: body,
    });
    const entries = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
    return { status: answer.statusCode, headers: Object.fromEntries(entries), body: answer.rawPayload };
  };
  return { ...noting(ask), stop: () => app.close() };
}

/** Notes which uploads in parts are begun and ended. */
function noting(ask: Emulator["ask"]): Pick<Emulator, "ask" | "uploadsBelow"> {
  const underWay = new Map<string, string>();
  return {
    ask: async (request) => {
      const { method, path, query } = request;
      const answer = await ask(request);
      if (answer.status >= 300) return answer;
      const begun =
        method === "POST" && "uploads" in query && /<UploadId>(.+)<\/UploadId>/.exec(String(answer.body))?.[1];
      if (begun) underWay.set(begun, decodeURIComponent(path.split("/").slice(2).join("/")));
      if (method !== "PUT" && query["uploadId"]) underWay.delete(query["uploadId"]);
      return answer;
    },
    uploadsBelow: (prefix) => {
      const uploads = [...underWay].filter(([, key]) => key.startsWith(prefix));
      const listed = uploads.map(([id, key]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`);
      const body = `<ListMultipartUploadsResult>${listed.join("")}</ListMultipartUploadsResult>`;
      return { status: 200, headers: { "content-type": "application/xml" }, body };
    },
  };
}

/** fauxqs' own start would listen to the whole network; its store is therefore made from its parts. */
async function storeIn(folder: string | undefined): Promise<S3Store> {
  const packaged = findPackageJSON("fauxqs", import.meta.url) ?? "";
  const part = (name: string) => pathToFileURL(join(dirname(packaged), "dist", name)).href;
  const { S3Store } = (await import(part("s3/s3Store.js"))) as { S3Store: new () => S3Store };
  const store = new S3Store();
  if (folder === undefined) return store;
  await mkdir(folder, { recursive: true });
  const { FileS3Persistence } = (await import(part("s3/fileS3Persistence.js"))) as {
    FileS3Persistence: new (folder: string) => Files & NonNullable<S3Store["persistence"]>;
  };
  const files = new FileS3Persistence(folder);
  files.loadS3(store);
  store.persistence = files;
  return store;
}
