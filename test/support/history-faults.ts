import { Agent, createServer, type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { closeServer, listen } from "../../lib/local/listen.ts";
import { type Fault, throttled, transactionConflict } from "./fault-proxy.ts";
import type { Chance } from "./history-random.ts";

/** A proxy before DynamoDB at which requests fare badly at random. */
export interface Weather {
  endpoint: string;
  /** How many requests met which fault. */
  met: Record<string, number>;
  /** Resolves when DynamoDB has done all that it was sent, be it for somebody who is dead. */
  settled(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Out of how many requests one meets the fault: conflicts befall transactions alone. */
const faults: { name: string; fault: Fault | "error-after"; share: number; transactionsOnly?: boolean }[] = [
  { name: "conflict", fault: transactionConflict, share: 0.06, transactionsOnly: true },
  { name: "throttled", fault: throttled, share: 0.03 },
  { name: "request-lost", fault: "request-lost", share: 0.03 },
  { name: "reply-lost", fault: "reply-lost", share: 0.04 },
  { name: "error-after", fault: "error-after", share: 0.02 },
];

const failed = {
  status: 500,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"}',
};

export async function startWeather(target: string, chance: Chance): Promise<Weather> {
  const agent = new Agent({ keepAlive: true });
  const met: Record<string, number> = {};
  const underway = new Set<Promise<unknown>>();
  const server = createServer((incoming, outgoing) => {
    const isTransaction = String(incoming.headers["x-amz-target"]).endsWith(".TransactWriteItems");
    const fault = drawn(chance, isTransaction, met);
    const [before, after] = [delay(chance, isTransaction), delay(chance, false)];
    const carried = (async () => {
      const body = await buffer(incoming);
      await setTimeout(before);
      // Whoever sent it is dead: what DynamoDB has not seen by now it never sees.
      if (fault === "request-lost" || incoming.socket.destroyed) return incoming.socket.destroy();
      if (typeof fault === "object") {
        outgoing.writeHead(fault.answer.status, failed.headers);
        return outgoing.end(JSON.stringify(fault.answer.body));
      }
      const reply = await forward(agent, target, incoming, body);
      await setTimeout(after);
      if (fault === "reply-lost") return incoming.socket.destroy();
      const told = fault === "error-after" ? failed : reply;
      outgoing.writeHead(told.status, told.headers);
      return outgoing.end(told.body);
    })().catch(() => incoming.socket.destroy());
    underway.add(carried);
    void carried.then(() => underway.delete(carried));
  });
  const port = await listen(server, 0);
  const stop = async () => {
    agent.destroy();
    await closeServer(server);
  };
  return { endpoint: `http://127.0.0.1:${port}`, met, settled: () => Promise.all(underway), stop };
}

function drawn(chance: Chance, isTransaction: boolean, met: Record<string, number>): Fault | "error-after" | undefined {
  let drawing = chance.next();
  for (const { name, fault, share, transactionsOnly } of faults) {
    drawing -= share;
    if (drawing >= 0) continue;
    if (transactionsOnly && !isTransaction) return undefined;
    met[name] = (met[name] ?? 0) + 1;
    return fault;
  }
  return undefined;
}

/** Milliseconds: mostly none, now and then enough for others to come in between, seldom enough for a hold to lapse. */
function delay(chance: Chance, isTransaction: boolean): number {
  const longest = isTransaction && chance.happens(0.05) ? 900 : 60;
  return longest > 60 || chance.happens(0.15) ? Math.ceil(chance.next() * longest) : 0;
}

async function forward(agent: Agent, target: string, incoming: IncomingMessage, body: Buffer) {
  const { method, headers } = incoming;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(target, { agent, method, headers }, resolve).on("error", reject).end(body);
  });
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
}
