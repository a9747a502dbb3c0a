import { randomBytes } from "node:crypto";
import type { Id } from "./schema.ts";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A new id that nobody can guess: the prefix and 128 random bits, as 22 letters and digits. */
export function newId<const Prefix extends string>(prefix: Prefix): Id<Prefix> {
  let rest = BigInt(`0x${randomBytes(16).toString("hex")}`);
  let name = "";
  for (let place = 0; place < 22; place++) {
    name = digits[Number(rest % 62n)] + name;
    rest /= 62n;
  }
  return `${prefix}_${name}`;
}
