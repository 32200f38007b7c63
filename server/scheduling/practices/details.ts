import { isSupportedCountry } from 'libphonenumber-js';
import { normalizeName } from '../../platform/names.ts';
import { requireAddress } from '../../runtime/addresses.ts';
import { invalid } from '../../runtime/errors.ts';
import { isTimeZone } from '../../runtime/zones.ts';
import { readPhone, writtenPhone } from '../phone.ts';

const textLengthMax = 200;
const holdMinutesMax = 1440;
/** Common codes that are not the ISO ones. */
const usualCodes: Record<string, string> = { UK: 'GB' };

/** A name that patients are shown, in its stored form. @throws AppError 400 */
export function readLabel(field: string, given: string): string {
  const name = normalizeName(given);
  if (name === '') throw invalid(field, 'must not be blank.');
  if (name.length > textLengthMax) {
    throw invalid(field, `must have at most ${textLengthMax} characters.`);
  }
  return name;
}

/** A part of an address, which may be empty. @throws AppError 400 */
export function readPart(field: string, given: string): string {
  return given.trim() === '' ? '' : readLabel(field, given);
}

/** Where mail goes; null: to the owners. @throws AppError 400 */
export function readEmail(given: string | null): string | null {
  if (given === null || given.trim() === '') return null;
  return requireAddress(given);
}

/** ISO 3166-1 alpha-2; null: the country of the first time zone. @throws AppError 400 */
export function readCountry(given: string | null): string | null {
  if (given === null || given.trim() === '') return null;
  const code = given.trim().toUpperCase();
  const country = usualCodes[code] ?? code;
  if (!isSupportedCountry(country)) {
    throw invalid('country', `"${given}" is not the code of a country, such as US or GB.`);
  }
  return country;
}

/** The number that patients call, as it is displayed; null: none. @throws AppError 400 */
export function readPracticePhone(
  given: string | null,
  country: string | null,
  timezone: string,
): string | null {
  if (given === null || given.trim() === '') return null;
  const { number, extension } = readPhone(given, country, timezone);
  return writtenPhone(number, extension);
}

/** @throws AppError 400 */
export function readTimeZone(given: string): string {
  if (!isTimeZone(given)) {
    throw invalid('location', `"${given}" is not an IANA time zone, such as America/Chicago.`);
  }
  return given;
}

/**
 * An http or https URL; a bare host is read as https, and an empty text is none. @throws AppError
 * 400
 */
export function readWebsite(given: string): string {
  const text = given.trim();
  if (text === '') return '';
  const address = /^[a-z][a-z\d+.-]*:/i.test(text) ? text : `https://${text}`;
  const url = URL.parse(address);
  const isWeb = url && ['http:', 'https:'].includes(url.protocol) && url.hostname.includes('.');
  if (!isWeb || url.username || /\s/.test(text) || text.length > 2_000) {
    throw invalid('website', 'must be the address of a website, such as https://maple.example.');
  }
  return address;
}

/** @throws AppError 400 */
export function readHoldMinutes(given: number): number {
  if (!Number.isInteger(given) || given < 1 || given > holdMinutesMax) {
    throw invalid('hold_minutes', `must be a whole number from 1 to ${holdMinutesMax}.`);
  }
  return given;
}
