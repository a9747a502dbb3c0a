import { call, mustCall } from "./client.ts";
import { okafor } from "./world.ts";

/** An entry as far as tests look at it. */
export interface Entry {
  id: string;
  kind: string;
  state: string;
  version: number;
  occurredAt: string;
}

export const note = { kind: "note", title: "Visit", text: "All is well." };

/** Writes an entry of a patient's record, and expects that to succeed. */
export function mustWrite(patient: string, body: object, as = okafor, at?: string): Promise<Entry> {
  return mustCall<Entry>("POST", `/v1/patients/${patient}/records`, { as, body, ...(at ? { at } : {}) });
}

export type Move = "revise" | "discard" | "sign" | "amend" | "retract";
export const moves: readonly Move[] = ["revise", "discard", "sign", "amend", "retract"];

export interface Moved {
  patient: string;
  id: string;
  version: number;
  as?: string;
  body?: object;
  headers?: Record<string, string>;
}

const requests: Record<Move, [method: string, end: string, body?: object]> = {
  revise: ["PUT", "", { ...note, text: "revised" }],
  discard: ["DELETE", ""],
  sign: ["POST", "/sign", {}],
  amend: ["POST", "/amend", { reason: "mistyped", record: { ...note, text: "amended" } }],
  retract: ["POST", "/retract", { reason: "wrong patient" }],
};

/** Moves an entry along, as one who has seen that version. */
export function move(how: Move, { patient, id, version, as = okafor, body, headers }: Moved) {
  const [method, end, usual] = requests[how];
  return call(method, `/v1/patients/${patient}/records/${id}${end}`, {
    as,
    body: body ?? usual,
    headers: { "if-match": `"${version}"`, ...headers },
  });
}

export async function mustMove(how: Move, moved: Moved): Promise<Entry> {
  const { status, body } = await move(how, moved);
  if (status >= 300) throw new Error(`${how} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}
