import { phoneNumber } from "../kernel/phone.ts";
import type { PatientFields } from "./model.ts";

/** The fields with phone numbers in E.164, read in the clinic's country; an impossible number is refused by its place. */
export function canonical(fields: PatientFields, country: string | undefined): PatientFields {
  if (!fields.phones) return fields;
  return { ...fields, phones: fields.phones.map((typed, place) => phoneNumber(typed, country, `phones.${place}`)) };
}
