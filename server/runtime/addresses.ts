import { domainToASCII } from 'node:url';
import { invalid } from './errors.ts';

const localBytesMax = 64;
const domainLengthMax = 253;
const addressLengthMax = 254;

/** RFC 5322 atext, and beyond ASCII (RFC 6531) whatever is a letter, a mark, a number or a symbol. */
const localForm =
  /^[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}\p{S}-]+(\.[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}\p{S}-]+)*$/u;
/**
 * The domain of names of our own, which stand in for an address where only a plain one is accepted.
 */
export const standInDomain = 'address.invalid';

const domainForm = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Domains beyond ASCII that may be given to a URL parser, which would decode %-signs. */
const namedForm = /^[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]+$/u;

/**
 * A mail address in the form in which it is stored and compared, international ones (RFC 6531)
 * included: the domain in ASCII, as every mail server accepts it, accents composed, lower case.
 * Undefined when it is not an address.
 */
export function readAddress(given: string): string | undefined {
  if (given.length > addressLengthMax) return undefined;
  const text = given.trim().normalize('NFC').toLowerCase();
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(0, at));
  const domain = domainInAscii(text.slice(at + 1));
  if (!localForm.test(local) || Buffer.byteLength(local) > localBytesMax) return undefined;
  if (!domainForm.test(domain) || domain.length > domainLengthMax) return undefined;
  return domain === standInDomain ? undefined : `${local}@${domain}`;
}

/** The same for a look-up: what is not an address is nobody's. */
export function keptAddress(given: string): string {
  return readAddress(given) ?? given.trim().toLowerCase();
}

/** @throws AppError 400 */
export function requireAddress(given: string): string {
  const address = readAddress(given);
  if (address === undefined) throw invalid('email', 'must be an e-mail address.');
  return address;
}

export function isAddress(text: string): boolean {
  return text === text.trim() && readAddress(text) !== undefined;
}

/** Whether mail to an address needs a mail server that speaks SMTPUTF8. */
export function needsUtf8(address: string): boolean {
  return /[^\0-\x7f]/.test(address.slice(0, address.lastIndexOf('@')));
}

function domainInAscii(domain: string): string {
  if (/^[\0-\x7f]*$/.test(domain)) return domain;
  if (!namedForm.test(domain)) return '';
  const ascii = domainToASCII(domain);
  // Digits of other scripts can spell an IP address.
  return /[a-z]/.test(ascii) ? ascii : '';
}
