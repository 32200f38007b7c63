// Reads the text of environment variables; a text in the wrong form is thrown with its rule.
import { isIP } from 'node:net';
import { flawOf } from './database/address.ts';
import { readS3Url } from './s3-url.ts';

export const optional = (text: string | undefined): string | undefined => text;

export function flag(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw new Error(`"${text}" is neither 1 nor 0.`);
}

export function url(schemes: readonly string[]) {
  return (text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    const parsed = URL.parse(text);
    if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1))) {
      throw new Error(
        `must be a URL that begins with ${schemes.map((s) => `${s}://`).join(' or ')}.`,
      );
    }
    return text;
  };
}

export function postgres(text: string | undefined): string | undefined {
  const flaw = text === undefined ? undefined : flawOf(text);
  if (flaw) throw new Error(flaw);
  return text;
}

export function oneOf<const T extends string>(values: readonly T[], fallback: T) {
  return (text: string | undefined): T => {
    if (text === undefined) return fallback;
    if (!values.includes(text as T))
      throw new Error(`"${text}" is not one of ${values.join(', ')}.`);
    return text as T;
  };
}

export function port(text: string | undefined): number {
  if (text === undefined) return 4000;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) {
    throw new Error(`"${text}" is not a port; use a whole number from 0 (any free port) to 65535.`);
  }
  return number;
}

export function s3Url(text: string | undefined): string | undefined {
  if (text !== undefined) readS3Url(text);
  return text;
}

export function wholeNumber(fallback: number, min: number, max: number) {
  return (text: string | undefined): number => {
    const number = Number(text ?? fallback);
    if (!/^\d*$/.test(text ?? '') || number < min || number > max) {
      throw new Error(`"${text}" is not a whole number from ${min} to ${max}.`);
    }
    return number;
  };
}

/** In MB of 1,048,576 bytes; answers bytes. */
export function megabytes(fallback: number, min: number, max: number) {
  const read = wholeNumber(fallback, min, max);
  return (text: string | undefined): number => read(text) * 1024 * 1024;
}

export function roles(text: string | undefined): ('web' | 'worker')[] {
  const given = (text ?? 'web,worker').split(',').map((role) => role.trim());
  for (const role of given) {
    if (role !== 'web' && role !== 'worker') {
      throw new Error(`"${role}" is not a role; use web, worker or web,worker.`);
    }
  }
  return [...new Set(given)] as ('web' | 'worker')[];
}

export function masterKey(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  for (const key of text.split(',')) {
    if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(key.trim())) {
      throw new Error('must be 32 random bytes in base64 (several, newest first, with commas).');
    }
  }
  return text;
}

export function metricsToken(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[\w.~+/=-]{16,}$/.test(text)) {
    throw new Error('must have at least 16 characters, of letters, digits and ._~+/=- only.');
  }
  return text;
}

export function trustedProxies(text: string | undefined): string | boolean {
  if (text === undefined || text === '0') return false;
  if (text === '1') return true;
  for (const given of listOf(text)) {
    if (!isBlock(given)) throw new Error(`"${given}" is neither 1 nor an address or CIDR block.`);
  }
  return text;
}

export function privateHosts(text: string | undefined): string[] {
  if (text === undefined || text === '0') return [];
  const hosts = listOf(text);
  if (text === '1') return hosts;
  for (const given of hosts) {
    const isName = /^(?![\d.]+$)[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(given);
    if (!isName && !isBlock(given)) {
      throw new Error(`"${given}" is neither 1 nor a host name, address or CIDR block.`);
    }
  }
  return hosts;
}

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

/** An IP address, or a block of them in CIDR notation. */
function isBlock(text: string): boolean {
  const [address = '', bits = '0', ...more] = text.split('/');
  const bitsMax = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax;
}

export function sender(text: string | undefined): string {
  if (text === undefined) return 'Heddle <heddle@localhost>';
  if (!/^[^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/.test(text)) {
    throw new Error(`${JSON.stringify(text)} is not an address; write it as Name <name@host>.`);
  }
  return text;
}
