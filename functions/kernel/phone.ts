import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { invalid } from "./input.ts";

/**
 * A phone number in E.164, `;ext=` (RFC 3966) behind it where there is an extension. Without a country code it is read as
 * dialled in `country` (ISO 3166, two letters). What cannot be a number is refused, naming the field (400).
 */
export function phoneNumber(typed: string, country: string | undefined, field: string): string {
  const number = parsePhoneNumberFromString(typed, {
    defaultCountry: country as CountryCode | undefined,
    extract: false,
  });
  if (!number?.isPossible()) {
    const expected = country
      ? `a phone number, as dialled in ${country} or with +country code`
      : "a phone number with +country code";
    throw invalid([{ path: field, expected, message: `${field} should be ${expected}` }]);
  }
  return number.ext ? `${number.number};ext=${number.ext}` : number.number;
}

/** What has a phone, with it in E.164, read in the clinic's country. */
export function withPhone<Fields extends { phone?: string | undefined }>(
  fields: Fields,
  country: string | undefined,
): Fields {
  return fields.phone ? { ...fields, phone: phoneNumber(fields.phone, country, "phone") } : fields;
}
