import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";

/*
 * The floor of an operation: the requests that it sent to DynamoDB, sent again by a client without anything around it.
 * What an operation takes beyond its floor is our own code.
 */

type Input = Record<string, unknown>;

/** A request to DynamoDB as an operation sent it, its values not yet marshalled. */
export interface Sent {
  /** The command's name at DynamoDB, such as `TransactWriteItems`. */
  action: string;
  input: Input;
  output?: Record<string, unknown>;
  isAnswered: boolean;
  /** Places of the requests that were answered before this one was sent. */
  after: number[];
}

interface Recording {
  sent: Sent[];
  onSend?: ((sent: Sent) => Promise<void>) | undefined;
}

const recording = new AsyncLocalStorage<Recording>();

/** Makes the handlers' client tell what it sends; to be called once, when their environment is set. */
export async function listen(): Promise<void> {
  const { client } = await import("../functions/kernel/table.ts");
  // The local server's check of rights, which no Lambda has.
  client.middlewareStack.remove("praxisRights");
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const current = recording.getStore();
        if (!current) return next(args);
        const after = current.sent.flatMap((each, place) => (each.isAnswered ? [place] : []));
        const sent: Sent = {
          action: String(commandName).replace(/Command$/, ""),
          input: args.input as unknown as Input,
          isAnswered: false,
          after,
        };
        current.sent.push(sent);
        await current.onSend?.(sent);
        try {
          const result = await next(args);
          sent.output = result.output as unknown as Record<string, unknown>;
          return result;
        } finally {
          sent.isAnswered = true;
        }
      },
    { step: "initialize", priority: "high", name: "benchRecorder" },
  );
}

/** Runs an operation and gives what it answered with what it sent. `onSend` is awaited before each request leaves. */
export async function record<Answer>(
  operation: () => Promise<Answer>,
  onSend?: (sent: Sent) => Promise<void>,
): Promise<{ answer: Answer; sent: Sent[] }> {
  const current: Recording = { sent: [], onSend };
  const answer = await recording.run(current, operation);
  return { answer, sent: current.sent };
}

const commands: Record<string, new (input: never) => object> = {
  GetItem: GetCommand,
  BatchGetItem: BatchGetCommand,
  Query: QueryCommand,
  BatchWriteItem: BatchWriteCommand,
  TransactWriteItems: TransactWriteCommand,
};

/** Sends requests once more, each when those are answered that it waited for; with as little around them as can be. */
export type Replay = () => Promise<void>;

/** A bare client with the handlers' settings, and how it replays what was recorded. */
export function bareClient(): { client: DynamoDBDocumentClient; replayOf: (sent: readonly Sent[]) => Replay } {
  const endpoint = process.env["DYNAMODB_ENDPOINT"] as string;
  const requestHandler = { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, maxAttempts: 4, requestHandler }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const send = ({ action, input }: Sent): Promise<unknown> => {
    const Command = commands[action];
    if (!Command) throw new Error(`the floor does not know ${action}`);
    return client.send(new Command(input as never) as never);
  };
  const replayOf = (sent: readonly Sent[]): Replay => {
    const mirrored = sent.map(({ input, ...rest }) => ({ ...rest, input: mirror(fresh(input)) }));
    return async () => {
      const answers: Promise<unknown>[] = [];
      for (const request of mirrored) {
        const { after } = request;
        const waits = Promise.all(after.map((place) => answers[place] as Promise<unknown>));
        answers.push(after.length === 0 ? send(request) : waits.then(() => send(request)));
      }
      await Promise.all(answers);
    };
  };
  return { client, replayOf };
}

/** A transaction's token must not be the one that DynamoDB remembers. */
function fresh(input: Input): Input {
  return "ClientRequestToken" in input ? { ...input, ClientRequestToken: randomUUID() } : input;
}

/** The clinic that is measured. */
export const clinic = "cln_DemoClinic000000000001";
const mirrorClinic = "cln_MirrorClinic0000000001";

/**
 * The same value for the mirror clinic, whose id is as long. Every key of a clinic's items holds its id, so what is
 * replayed meets the mirror's own items: as many, as large and in the same state, as long as it began as a copy and
 * every write of the clinic is replayed there.
 */
export function mirror<Value>(value: Value): Value {
  if (typeof value === "string") return value.replaceAll(clinic, mirrorClinic) as Value;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(mirror) as Value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mirror(each)])) as Value;
}

/** Whether an item is the clinic's that is mirrored. Memberships stay as they are: nobody joins the mirror. */
export function isMirrored({ pk, sk }: { pk: string; sk: string }): boolean {
  return `${pk} ${sk}`.includes(clinic) && !pk.startsWith("MEMBER#");
}
