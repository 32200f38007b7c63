import type { FileHandle } from 'node:fs/promises';
import type { Pixels } from './pixels.ts';

type Box = { type: string; start: number; end: number };

/** A file that is being searched, and how many boxes may still be looked at. */
type Search = { file: FileHandle; left: number };

const boxesMax = 1_000;

/**
 * The size of the first video track, from its header (ISO/IEC 14496-12, 8.3.2), rotated as it says.
 */
export async function measureMp4(file: FileHandle, bytes: number): Promise<Pixels | undefined> {
  const search: Search = { file, left: boxesMax };
  const movie = await find(search, 'moov', { type: '', start: 0, end: bytes });
  if (!movie) return undefined;
  for await (const track of boxesIn(search, movie)) {
    if (track.type !== 'trak') continue;
    const header = await find(search, 'tkhd', track);
    const pixels = header && (await readHeader(file, header));
    if (pixels) return pixels;
  }
  return undefined;
}

async function find(search: Search, type: string, within: Box): Promise<Box | undefined> {
  for await (const box of boxesIn(search, within)) if (box.type === type) return box;
  return undefined;
}

/** Size, type, content; a size of 1 stands for 64 bits behind the type, 0 for "to the end". */
async function* boxesIn(search: Search, { start, end }: Box): AsyncGenerator<Box> {
  let at = start;
  while (search.left > 0 && at + 8 <= end) {
    search.left -= 1;
    const head = await read(search.file, at, 16);
    if (head.length < 8) return;
    const short = head.readUInt32BE(0);
    if (short === 1 && head.length < 16) return;
    const size = short === 1 ? Number(head.readBigUInt64BE(8)) : short || end - at;
    const type = head.toString('latin1', 4, 8);
    const begin = at + (short === 1 ? 16 : 8);
    if (at + size > end || begin > at + size) return;
    yield { type, start: begin, end: at + size };
    at += size;
  }
}

/** The matrix and the size, in 16.16, are its last 44 bytes. */
async function readHeader(file: FileHandle, { start, end }: Box): Promise<Pixels | undefined> {
  if (end - start < 44) return undefined;
  const bytes = await read(file, end - 44, 44);
  if (bytes.length < 44) return undefined;
  const [width, height] = [bytes.readUInt16BE(36), bytes.readUInt16BE(40)];
  if (width === 0 || height === 0) return undefined;
  const isOnItsSide = bytes.readInt32BE(0) === 0 && bytes.readInt32BE(4) !== 0;
  return isOnItsSide ? { width: height, height: width } : { width, height };
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
