import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js';
import { invalid } from '../../runtime/errors.ts';
import { countryOfTimeZone } from '../../runtime/zones.ts';

/**
 * A phone number as E.164. A number is taken when it is possible, not only when it is in use: people
 * and test data have numbers that no plan knows yet.
 * @throws AppError 400
 */
export function readPhone(text: string, country: string | null, timezone: string): string {
  const home = country ?? countryOfTimeZone(timezone) ?? 'US';
  const from = isSupportedCountry(home) ? home : ('US' satisfies CountryCode);
  const number = parsePhoneNumberFromString(text, from);
  if (!number?.isPossible()) {
    throw invalid('phone', `is not a phone number of ${from}; send it as +1 555 555 1234.`);
  }
  return number.number;
}
