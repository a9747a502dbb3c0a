import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Fate = "answered" | "lost" | "dead" | "unauthenticated";
type Body = Record<string, unknown>;

/** An HTTP server that keeps what is posted as the API does: once for each number and for each Idempotency-Key. */
export class Keeper {
  readonly kept = new Map<string, { id: string; body: Body }>();
  /** Where the clinic is of whoever is signed in; none: they belong to no clinic. */
  zone: string | undefined = "America/Chicago";
  mostAtOnce = 0;
  /** What becomes of the nth post: taken and answered; taken, but the answer lost; not even taken. */
  fate: (nth: number, isRetry: boolean) => Fate = () => "answered";
  readonly #keys = new Set<string>();
  readonly #replays = new Map<string, string>();
  readonly #server = createServer((request, response) => void this.#take(request, response));
  #posts = 0;
  #underWay = 0;

  static async listen(): Promise<Keeper> {
    const keeper = new Keeper();
    await new Promise<void>((listening) => keeper.#server.listen(0, "127.0.0.1", listening));
    return keeper;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((closed) => this.#server.close(closed).closeAllConnections());
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET") return this.#show(request.url ?? "", response);
    const key = request.headers["idempotency-key"] as string;
    this.#posts += 1;
    this.#underWay += 1;
    const fate = this.fate(this.#posts, this.#keys.has(key));
    this.#keys.add(key);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Body;
    // Lets those that arrive together be under way together.
    await new Promise(setImmediate);
    this.#underWay -= 1;
    if (fate === "unauthenticated") return void response.writeHead(401).end();
    if (fate === "dead") return void response.destroy();
    const [status, answer] = this.#keep(request.url ?? "", key, body);
    if (fate === "lost") response.destroy();
    else response.writeHead(status).end(JSON.stringify(answer));
  }

  #show(path: string, response: ServerResponse): void {
    if (path === "/v1/me") {
      const memberships = this.zone ? [{ clinic: { id: "cln_1", zone: this.zone } }] : [];
      return void response.writeHead(200).end(JSON.stringify({ memberships }));
    }
    const there = [...this.kept.values()].find(({ id }) => path.endsWith(`/${id}`));
    response.writeHead(there ? 200 : 404).end(JSON.stringify(there && { ...there.body, id: there.id }));
  }

  #keep(path: string, key: string, body: Body): [status: number, answer: object] {
    const number = JSON.stringify([path.split("/").at(-1), body["mrn"] ?? body["identifier"]]);
    const before = this.#replays.get(key);
    const there = this.kept.get(number);
    if (before) return [201, { id: before }];
    if (there) return [409, { code: body["mrn"] ? "mrn-taken" : "identifier-taken", existing: there.id }];
    const id = `id_${this.kept.size}`;
    this.kept.set(number, { id, body });
    this.#replays.set(key, id);
    return [201, { id }];
  }
}
