import { open } from 'node:fs/promises';
import { ConnectorError } from '../failure.ts';

const chunkBytes = 1 << 20;
/** No byte of UTF-8: it marks what could not be decoded, so that the record with it is set aside. */
const undecodable = Buffer.from([0xff]);

const bytemarks = [
  { encoding: 'utf-8', bytes: Buffer.from([0xef, 0xbb, 0xbf]) },
  { encoding: 'utf-16le', bytes: Buffer.from([0xff, 0xfe]) },
  { encoding: 'utf-16be', bytes: Buffer.from([0xfe, 0xff]) },
];

/** The UTF-8 of a file of any encoding, from a byte of it on; its byte order mark left out. */
export async function* readText(
  path: string,
  encoding: string | undefined,
  from = 0,
): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(3);
    await file.read(head, 0, 3, 0);
    const mark = bytemarks.find(({ bytes }) => head.subarray(0, bytes.length).equals(bytes));
    const known = mark?.encoding ?? encoding ?? 'utf-8';
    const start = mark?.bytes.length ?? 0;
    const isPlain = /^utf-?8$/i.test(known);
    const bytes = file.createReadStream({
      start: isPlain ? start + from : start,
      highWaterMark: chunkBytes,
      autoClose: false,
    }) as AsyncIterable<Buffer>;
    yield* isPlain ? bytes : without(recoded(bytes, known), from);
  } finally {
    await file.close();
  }
}

/** The beginning of a file, of which some is enough to know it. */
export async function readHead(path: string, encoding: string | undefined, bytes: number) {
  const chunks: Buffer[] = [];
  let size = 0;
  let isWhole = true;
  for await (const chunk of readText(path, encoding)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size < bytes) continue;
    isWhole = false;
    break;
  }
  return { head: Buffer.concat(chunks), isWhole };
}

async function* without(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

async function* recoded(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decode = /^utf-?16(le|be)?$/i.test(encoding)
    ? wideDecoder(/be$/i.test(encoding))
    : decoderOf(encoding);
  for await (const chunk of chunks) yield encode(decode(chunk, false));
  yield encode(decode(Buffer.alloc(0), true));
}

type Decode = (chunk: Buffer, isLast: boolean) => string;

/** What stands alone of a surrogate pair stays so, and is no U+FFFD of the file's own. */
function wideDecoder(isBigEndian: boolean): Decode {
  let held = Buffer.alloc(0);
  return (chunk, isLast) => {
    const bytes = Buffer.concat([held, chunk]);
    const isPairOpen = (end: number) => {
      const high = bytes[isBigEndian ? end - 2 : end - 1] ?? 0;
      return end >= 2 && high >= 0xd8 && high <= 0xdb;
    };
    const even = bytes.length & ~1;
    const end = !isLast && isPairOpen(even) ? even - 2 : even;
    const whole = bytes.subarray(0, end);
    held = bytes.subarray(end);
    const text = (isBigEndian ? whole.swap16() : whole).toString('utf16le');
    return isLast && held.length > 0 ? `${text}\ud800` : text;
  };
}

function decoderOf(encoding: string): Decode {
  const decoder = decoderNamed(encoding);
  return (chunk, isLast) =>
    decoder.decode(chunk, { stream: !isLast }).replaceAll('\ufffd', '\ud800');
}

/** @throws ConnectorError */
export function decoderNamed(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch (cause) {
    const message = `The encoding ${encoding} is not known; utf-8, utf-16le or windows-1252 are.`;
    throw new ConnectorError('configuration', message, { cause });
  }
}

function encode(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
  const parts = text.split(lone).flatMap((part) => [undecodable, Buffer.from(part)]);
  return Buffer.concat(parts.slice(1));
}
