import { domainToASCII } from 'node:url';
import { invalid } from './errors.ts';

const localBytesMax = 64;
const domainLengthMax = 253;
const addressLengthMax = 254;

/** RFC 5322 atext, and beyond ASCII (RFC 6531) whatever is a letter, a mark, a number or a symbol. */
const localForm =
  /^[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}\p{S}-]+(\.[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}\p{S}-]+)*$/u;
/** Names of our own that stand for an address where only a plain one is taken. */
export const standInDomain = 'address.invalid';

const domainForm = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** What of a domain beyond ASCII is given to a parser of hosts, which would decode %-signs. */
const namedForm = /^[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]+$/u;

/**
 * A mail address as it is kept and looked up, international ones too (RFC 6531): the domain in ASCII,
 * in which every mail server takes it, accents composed, no capitals. Undefined when it is not one.
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

/** The same of what is looked for: what is no address is nobody's. */
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

/** Whether only a mail server that speaks SMTPUTF8 can hand on what goes to an address. */
export function needsUtf8(address: string): boolean {
  return /[^\0-\x7f]/.test(address.slice(0, address.lastIndexOf('@')));
}

function domainInAscii(domain: string): string {
  if (/^[\0-\x7f]*$/.test(domain)) return domain;
  if (!namedForm.test(domain)) return '';
  const ascii = domainToASCII(domain);
  // Digits of other scripts can spell an address of a machine.
  return /[a-z]/.test(ascii) ? ascii : '';
}
