import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const stepSeconds = 30;

/** What it shows next, which is taken already: each code holds once. */
export function nextCodeOf(key: string): string {
  return codeOf(key, Date.now() + stepSeconds * 1000);
}

/** What an authenticator shows for a key in base32. RFC 6238 with SHA-1 and six digits. */
export function codeOf(key: string, at = Date.now()): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 1000 / stepSeconds)));
  const digest = createHmac('sha1', decode(key)).update(counter).digest();
  const offset = (digest.at(-1) as number) & 15;
  const code = (digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000;
  return String(code).padStart(6, '0');
}

function decode(key: string): Buffer {
  const bits = [...key.replaceAll(/[\s=]/g, '')]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
