import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { policyAt, policyOf } from "../policy/store.ts";
import { serviceAt, serviceOf } from "../services/store.ts";
import type { Circumstances } from "./choice.ts";

/** What rules an appointment of a service, once it is made: the service's own policy and the clinic's, in one batch read. */
export async function findRules(clinic: string, service: string): Promise<Pick<Circumstances, "policy" | "service">> {
  const [serviceRow, policyRow] = await getAll([serviceAt(clinic, service), policyAt(clinic)]);
  if (!serviceRow) throw missing();
  return { service: serviceOf(serviceRow), policy: policyOf(policyRow) };
}
