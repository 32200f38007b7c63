import type { FileHandle } from 'node:fs/promises';
import type { Pixels } from './pixels.ts';

const segment = 0x18538067;
const tracks = 0x1654ae6b;
const track = 0xae;
const video = 0xe0;
const pixelWidth = 0xb0;
const pixelHeight = 0xba;

/** Elements in which the size is looked for; the others are skipped. */
const opened = [segment, tracks, track, video];

/** More than any header has; each takes time. */
const elementsMax = 10_000;

/** The tracks come before the pictures, and so near the beginning. */
const searchedBytes = 256 * 1024;

/** The size of the first video track (RFC 9559, 5.1.4.1.28). */
export async function measureWebm(file: FileHandle): Promise<Pixels | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(searchedBytes), 0, searchedBytes, 0);
  const bytes = buffer.subarray(0, bytesRead);
  let [width, height] = [0, 0];
  let left = elementsMax;
  for (let at = 0; at < bytes.length && !(width && height) && left > 0; left -= 1) {
    const id = readNumber(bytes, at, false);
    const size = id && readNumber(bytes, at + id.length, true);
    if (!size) break;
    const begin = at + id.length + size.length;
    if (id.value === pixelWidth) width = readInteger(bytes, begin, size.value);
    if (id.value === pixelHeight) height = readInteger(bytes, begin, size.value);
    at = opened.includes(id.value) ? begin : begin + size.value;
  }
  return width && height ? { width, height } : undefined;
}

/** An integer of variable length (RFC 8794, 4); an id keeps its length marker. */
function readNumber(bytes: Buffer, at: number, isSize: boolean) {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || length > 8 || at + length > bytes.length) return undefined;
  let value = isSize ? first & (0xff >> length) : first;
  for (const byte of bytes.subarray(at + 1, at + length)) value = value * 256 + byte;
  return { value, length };
}

function readInteger(bytes: Buffer, at: number, length: number): number {
  if (length < 1 || length > 4 || at + length > bytes.length) return 0;
  return bytes.readUIntBE(at, length);
}
