import { absent, atVersion, put, type Write } from "../kernel/commit.ts";
import { happened } from "../kernel/outbox.ts";
import { stale } from "../kernel/precondition.ts";
import { get, type Item, keyOf, query } from "../kernel/table.ts";
import type { Resource } from "./model.ts";

export const resourceAt = (clinic: string, resource: string) => keyOf("resource", [clinic], resource);

export async function findResource(clinic: string, id: string): Promise<Resource | undefined> {
  const item = await get(resourceAt(clinic, id));
  return item && resourceOf(item);
}

/** One page of the clinic's rooms and devices, in the order of their ids; without a limit, as much as one request gives. */
export async function findResources(clinic: string, after?: string, limit?: number) {
  const partition = resourceAt(clinic, "");
  const { items, last } = await query(partition, { limit, after: after ? { pk: partition.pk, sk: after } : undefined });
  return { items: items.map(resourceOf), last: last?.["sk"] as string | undefined };
}

/** All of the clinic's rooms and devices, in the order of their ids; one request for each megabyte of them. */
export async function findAllResources(clinic: string): Promise<Resource[]> {
  const all: Resource[] = [];
  let after: string | undefined;
  do {
    const { items, last } = await findResources(clinic, after);
    all.push(...items);
    after = last;
  } while (after);
  return all;
}

/** A room or device from its row. */
function resourceOf(item: Item): Resource {
  const { id, name, kind, tags, location, active, version, createdAt, updatedAt } = item as unknown as Resource;
  return { id, name, kind, tags, location, active, version, createdAt, updatedAt };
}

/** The writes that add a room or device. */
export function adding(clinic: string, resource: Resource): Write[] {
  const taken = absent(() => new Error("there is a resource of that id"));
  return [
    put(resourceAt(clinic, resource.id), { ...resource }, taken),
    happened(clinic, "resource.added", { resource: resource.id, version: 1 }, resource.createdAt),
  ];
}

/** The writes that change a room or device from one version to the next. */
export function changing(clinic: string, seen: Resource, next: Resource): Write[] {
  return [
    put(resourceAt(clinic, next.id), { ...next }, atVersion(seen.version, stale)),
    happened(clinic, "resource.changed", { resource: next.id, version: next.version }, next.updatedAt),
  ];
}
