import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What befalls a request on its way to DynamoDB. */
export type Fault =
  /** DynamoDB does not see it: it answers with this error instead. */
  | { answer: { status: number; body: Record<string, unknown> } }
  /** DynamoDB carries it out, and the connection breaks before its answer arrives. */
  | "reply-lost"
  /** The connection breaks before DynamoDB sees it. */
  | "request-lost";

export interface FaultProxy {
  endpoint: string;
  /** How many requests came of an action (`TransactWriteItems`), faults included. */
  seen(action: string): number;
  /** Befalls the next requests of an action with these faults, one each, in order. */
  next(action: string, ...faults: Fault[]): void;
  /** Befalls every request of an action, until told otherwise. */
  always(action: string, fault: Fault | undefined): void;
  /** Keeps the nth request from now on of an action back for good; resolves once it has come. */
  keepBack(action: string, nth: number): Promise<void>;
  stop(): Promise<void>;
}

/** What DynamoDB answers when two transactions touch one item at once. DynamoDB Local never does. */
export const transactionConflict: Fault = {
  answer: {
    status: 400,
    body: {
      __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
      message: "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]",
      CancellationReasons: [{ Code: "TransactionConflict", Message: "Transaction is ongoing for the item" }],
    },
  },
};

export const throttled: Fault = {
  answer: {
    status: 400,
    body: { __type: "com.amazonaws.dynamodb.v20120810#ThrottlingException", message: "Rate exceeded" },
  },
};

/** Stands between the SDK and a real DynamoDB Local and lets happen what DynamoDB Local does not. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const queued = new Map<string, Fault[]>();
  const standing = new Map<string, Fault>();
  const counts = new Map<string, number>();
  const keptBack = new Map<string, { at: number; came: () => void }>();
  const server = createServer((incoming, outgoing) => {
    const action = String(incoming.headers["x-amz-target"]).split(".")[1] ?? "";
    counts.set(action, (counts.get(action) ?? 0) + 1);
    const fault = queued.get(action)?.shift() ?? standing.get(action);
    void (async () => {
      const body = await buffer(incoming);
      if (keptBack.get(action)?.at === counts.get(action)) return keptBack.get(action)?.came();
      if (fault === "request-lost") return incoming.socket.destroy();
      if (typeof fault === "object") {
        outgoing.writeHead(fault.answer.status, { "content-type": "application/x-amz-json-1.0" });
        return outgoing.end(JSON.stringify(fault.answer.body));
      }
      const reply = await forward(target, incoming, body);
      if (fault === "reply-lost") return incoming.socket.destroy();
      outgoing.writeHead(reply.status, reply.headers);
      return outgoing.end(reply.body);
    })().catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: (action) => counts.get(action) ?? 0,
    next: (action, ...faults) => void queued.set(action, [...(queued.get(action) ?? []), ...faults]),
    always: (action, fault) => void (fault ? standing.set(action, fault) : standing.delete(action)),
    keepBack: (action, nth) =>
      new Promise((resolve) => keptBack.set(action, { at: (counts.get(action) ?? 0) + nth, came: resolve })),
    stop: () => stopped(server),
  };
}

async function forward(target: string, incoming: IncomingMessage, body: Buffer) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(target, { method: incoming.method, headers: incoming.headers }, resolve).on("error", reject).end(body);
  });
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
}

function stopped(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
