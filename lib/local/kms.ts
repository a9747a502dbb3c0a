import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { arnOf, type MasterKey, masterKey } from "./kms-key.ts";
import { KmsRefusal, operations } from "./kms-operations.ts";
import { type SigningKey, signingKey, signingOperations } from "./kms-signing.ts";
import { closeServer, listen } from "./listen.ts";

/** A stand-in for KMS that holds one symmetric key and one that signs. */
export interface Kms {
  endpoint: string;
  keyArn: string;
  signingKeyArn: string;
  /** While on, every call is answered KMSInternalException (500), as when KMS is down. */
  fail(on: boolean): void;
  stop(): Promise<void>;
}

/** Starts the stand-in; its keys are kept in the files, or forgotten at the end. */
export async function startKms(file?: string, signingFile?: string): Promise<Kms> {
  const [key, signing] = await Promise.all([masterKey(file), signingKey(signingFile)]);
  let failing = false;
  const server = createServer((request, response) => {
    const respond = (body: string) => {
      if (failing) answer(response, 500, { __type: "KMSInternalException", message: "switched off" });
      else perform({ key, signing }, String(request.headers["x-amz-target"]), body, response);
    };
    // A request broken off by its sender has nobody left to answer.
    text(request).then(respond, () => response.destroy());
  });
  const port = await listen(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    keyArn: arnOf(key),
    signingKeyArn: signing.arn,
    fail: (on) => {
      failing = on;
    },
    stop: () => closeServer(server),
  };
}

interface Keys {
  key: MasterKey;
  signing: SigningKey;
}

function perform({ key, signing }: Keys, target: string, body: string, response: ServerResponse): void {
  const name = target.replace("TrentService.", "");
  const [operation, signingOperation] = [operations[name], signingOperations[name]];
  try {
    const input = JSON.parse(body) as Record<string, unknown>;
    if (signingOperation && input["KeyId"] === signing.arn) answer(response, 200, signingOperation(signing, input));
    else if (operation) answer(response, 200, operation(key, input));
    else throw new KmsRefusal("UnknownOperationException", `no such operation for this key: ${target}`);
  } catch (error) {
    const { name, message } = error instanceof KmsRefusal ? error : new KmsRefusal("SerializationException", "no JSON");
    answer(response, 400, { __type: name, message });
  }
}

/** AWS's JSON 1.1 protocol, as SDKs speak it with KMS. */
function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() });
  response.end(JSON.stringify(body));
}
