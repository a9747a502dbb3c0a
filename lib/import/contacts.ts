import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { FhirAddress, FhirContact } from "./fhir-types.ts";
import { firstOf } from "./mapped.ts";

interface Reachable {
  telecom?: readonly FhirContact[];
}

/** As many of each as the API keeps. */
const most = 5;

/**
 * The phone numbers in use. One without a country code is read in `country`, else by the API in the clinic's; one that
 * cannot be a number is left out, so that it does not keep its owner out.
 */
export function phonesOf({ telecom = [] }: Reachable, country: string | undefined, notes: string[]): string[] {
  const phones = inUse(telecom, "phone").flatMap((typed) => {
    const phone = parsePhoneNumberFromString(typed, {
      defaultCountry: country as CountryCode | undefined,
      extract: false,
    });
    if (!phone && /\d{3}/.test(typed) && !country) return [typed];
    if (phone?.isPossible()) return [phone.ext ? `${phone.number};ext=${phone.ext}` : phone.number];
    notes.push("phones: not a possible number");
    return [];
  });
  return firstOf(phones, most, "phones", notes);
}

/** The e-mail addresses in use. */
export function emailsOf({ telecom = [] }: Reachable, notes: string[]): string[] {
  const given = inUse(telecom, "email");
  const sound = given.filter((email) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email));
  if (sound.length < given.length) notes.push("emails: not an address");
  return firstOf(sound, most, "emails", notes);
}

function inUse(telecom: readonly FhirContact[], wanted: "phone" | "email"): string[] {
  return telecom.flatMap(({ system, value, use }) => (system === wanted && value && use !== "old" ? [value] : []));
}

/** The address to write to: at home, else any that is still in use. */
export function currentOf(addresses: readonly FhirAddress[] = []): FhirAddress | undefined {
  return addresses.find(({ use }) => use === "home") ?? addresses.find(({ use }) => use !== "old");
}

/** The country of an address, where it is written as the code of two letters (ISO 3166). */
export function countryOf(address: FhirAddress | undefined, notes: string[]): string | undefined {
  if (!address?.country || /^[A-Z]{2}$/.test(address.country)) return address?.country || undefined;
  notes.push("address.country: not a code of two letters");
  return undefined;
}

/** An address without its empty parts; of more than four lines, the last ones share the fourth. */
export function addressOf({ line = [], city, district, state, postalCode }: FhirAddress, country: string | undefined) {
  const given = line.flatMap((text) => text?.trim() || []);
  const lines = given.length > 4 ? [...given.slice(0, 3), given.slice(3).join(", ")] : given;
  const parts = { lines: lines.length > 0 ? lines : undefined, city, district, state, postalCode, country };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value));
}
