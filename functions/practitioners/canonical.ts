import { phoneNumber } from "../kernel/phone.ts";
import type { PractitionerFields } from "./model.ts";

/** The fields with the phone number in E.164, read in the clinic's country. */
export function canonical(fields: PractitionerFields, country: string | undefined): PractitionerFields {
  return fields.phone ? { ...fields, phone: phoneNumber(fields.phone, country, "phone") } : fields;
}
