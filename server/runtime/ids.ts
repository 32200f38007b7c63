import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import Sqids, { defaultOptions } from 'sqids';
import { type Noun, nouns } from '../../contract/nouns.ts';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Lists show the same rows again and again. */
const knownMax = 5_000;

type Codec = { careful: Sqids; quick: Sqids; known: LRUCache<number, string> };

const codecs = new Map(nouns.map((noun) => [noun, createCodec(noun)]));

/** Where one of these might stand, `careful` decides; those with digits can stand nowhere. */
const blockedWords = new RegExp(
  [...defaultOptions.blocklist].filter((word) => /^[a-z]{4,}$/.test(word)).join('|'),
  'i',
);

/**
 * The short string of a row: letters only, so that it can never be read as an integer. It spells no
 * blocked word: sqids takes 6.6 µs, most of them to compare 560 words one by one, and this 2.4.
 */
export function shortId(noun: Noun, id: number): string {
  const codec = codecOf(noun);
  const known = codec.known.get(id);
  if (known !== undefined) return known;
  const text = encode(codec, id);
  codec.known.set(id, text);
  return text;
}

/** The row that a short string or an integer names; undefined when no row can have that name. */
export function readId(noun: Noun, given: string | number): number | undefined {
  const id = /^\d+$/.test(String(given)) ? Number(given) : decode(noun, String(given));
  return id !== undefined && Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

/** The same for a look-up: 0, which no row has, when the text is not an id of the noun. */
export function lookupId(noun: Noun, text: string | number): number {
  return readId(noun, text) ?? 0;
}

const requestIdBytes = 12;
let drawn = Buffer.alloc(0);
let used = 0;

/**
 * An id of a request, for logs and support. Random bytes are fetched in bulk: fetching them for one
 * id at a time takes ten times as long.
 */
export function requestId(): string {
  if (used === drawn.length) {
    drawn = randomBytes(requestIdBytes * 512);
    used = 0;
  }
  used += requestIdBytes;
  return `req_${drawn.toString('base64url', used - requestIdBytes, used)}`;
}

/** Random text of lower-case letters and digits, 5.17 bits a character. */
export function randomText(length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  let text = '';
  while (text.length < length) {
    // 252 is the largest multiple of 36 in a byte: taking more would favour some characters.
    for (const byte of randomBytes(length)) if (byte < 252) text += alphabet[byte % 36];
  }
  return text.slice(0, length);
}

function encode({ careful, quick }: Codec, id: number): string {
  const text = quick.encode([id]);
  return blockedWords.test(text) ? careful.encode([id]) : text;
}

function decode(noun: Noun, text: string): number | undefined {
  if (!/^[A-Za-z]{5,20}$/.test(text)) return undefined;
  const codec = codecOf(noun);
  const [id, ...more] = codec.quick.decode(text);
  if (id === undefined || more.length > 0 || !Number.isSafeInteger(id)) return undefined;
  return encode(codec, id) === text ? id : undefined;
}

function codecOf(noun: Noun): Codec {
  const codec = codecs.get(noun);
  if (!codec) throw new Error(`no ids for ${noun}`);
  return codec;
}

function createCodec(noun: Noun): Codec {
  const options = { minLength: 5, alphabet: shuffledAlphabet(noun) };
  return {
    careful: new Sqids(options),
    quick: new Sqids({ ...options, blocklist: new Set() }),
    known: new LRUCache({ max: knownMax }),
  };
}

/**
 * The letters in an order that depends only on the noun, so that booking 1 and practice 1 differ.
 */
function shuffledAlphabet(noun: string): string {
  const shuffled = [...letters];
  let state = 0x811c9dc5;
  for (const char of `heddle ${noun}`) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193);
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as string, shuffled[last] as string];
  }
  return shuffled.join('');
}
