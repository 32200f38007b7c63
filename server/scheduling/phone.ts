import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js';
import { invalid } from '../runtime/errors.ts';
import { countryOfTimeZone } from '../runtime/zones.ts';

export type Phone = {
  /** E.164. */
  number: string;
  /** What to dial once somebody has answered; usually empty. */
  extension: string;
};

/**
 * Reads a phone number. Possible numbers are accepted, not only those in use: people and test data
 * have numbers that no numbering plan knows yet.
 * @throws AppError 400
 */
export function readPhone(text: string, country: string | null, timezone: string): Phone {
  const home = country ?? countryOfTimeZone(timezone) ?? 'US';
  const from = isSupportedCountry(home) ? home : ('US' satisfies CountryCode);
  const phone = parsePhoneNumberFromString(text, from);
  if (!phone?.isPossible()) {
    throw invalid('phone', `is not a phone number of ${from}; send it as +1 555 555 1234.`);
  }
  return { number: phone.number, extension: phone.ext ?? '' };
}

/** As people write it: "+1 312 555 0123 ext. 9". */
export function writtenPhone(number: string, extension: string): string {
  const written = parsePhoneNumberFromString(number)?.formatInternational() ?? number;
  return extension ? `${written} ext. ${extension}` : written;
}
