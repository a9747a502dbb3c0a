import { put, remove, update, type Write } from "../kernel/commit.ts";
import type { Between } from "../kernel/patient-keys.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import type { Entry, KeptEntry } from "./model.ts";
import { counting, entryAt, isOpen, ownAt, queueAt, rowOf } from "./store.ts";

/** The writes that make an entry another patient's; it keeps its place in the queue and what is offered to it. */
export function handingOver({ from, to }: Between, seen: KeptEntry): Write[] {
  const { clinic, patient } = from;
  const { id, version, status } = seen.entry;
  const entry: Entry = { ...seen.entry, patient: to.patient as Entry["patient"] };
  return [
    update(entryAt(clinic, id), "SET patient = :to", {
      condition: "version = :seen AND patient = :from",
      values: { ":seen": version, ":from": patient, ":to": to.patient },
      lost: () => new ReadChanged(),
    }),
    remove(ownAt(clinic, patient, id)),
    put(ownAt(clinic, to.patient, id), {}),
    ...(isOpen(seen.entry) ? [counting(clinic, patient, -1), counting(clinic, to.patient, 1, false)] : []),
    ...(status === "waiting" ? [put(queueAt(clinic, entry), rowOf({ ...seen, entry }))] : []),
  ];
}
