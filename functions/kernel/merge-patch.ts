import * as z from "zod/mini";

/** Which resource a patch's schema is for, so that the API's description can tell the fields' types. */
export const patched = new WeakMap<z.core.$ZodType, z.core.$ZodType>();

/** The body of a JSON merge patch (RFC 7396) to a resource: its field names, each with any value or null to remove it. */
// @__NO_SIDE_EFFECTS__
export function patchOf<Shape extends z.core.$ZodLooseShape>(resource: z.ZodMiniObject<Shape>) {
  const anything = Object.fromEntries(Object.keys(resource.shape).map((name) => [name, z.optional(z.unknown())]));
  const patch = z.strictObject(anything, {
    error: (issue) => (issue.code === "unrecognized_keys" ? "no such field" : "an object"),
  });
  patched.set(patch, resource);
  return patch;
}

/** Applies a merge patch as RFC 7396 section 2 describes it; what it makes must still be checked against the resource's schema. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
