import type { Cell } from '../../values/types.ts';
import { decodeLines } from '../copy-text.ts';

export type Lines = { readonly lines: Buffer; readonly count: number };

const feed = 10;
const tab = 9;

type Most = { bytesMax: number; rowsMax: number; secondsMax?: number | undefined };

/** What comes from COPY, parted between lines: at least one line, else as much as is allowed. */
export async function* split(
  chunks: AsyncIterable<Buffer>,
  { bytesMax, rowsMax, secondsMax = Number.POSITIVE_INFINITY }: Most,
): AsyncGenerator<Lines> {
  let begun = performance.now();
  let parts: Buffer[] = [];
  let bytes = 0;
  let count = 0;
  for await (const chunk of chunks) {
    let start = 0;
    let isLate = performance.now() - begun >= secondsMax * 1000;
    for (let end = chunk.indexOf(feed); end >= 0; end = chunk.indexOf(feed, end + 1)) {
      count += 1;
      const isRoom = count < rowsMax && bytes + end + 1 - start < bytesMax;
      if (isRoom && !isLate) continue;
      parts.push(chunk.subarray(start, end + 1));
      yield { lines: Buffer.concat(parts), count };
      [parts, bytes, count, start] = [[], 0, 0, end + 1];
      [begun, isLate] = [performance.now(), false];
    }
    if (start === chunk.length) continue;
    parts.push(chunk.subarray(start));
    bytes += chunk.length - start;
  }
  if (count > 0) yield { lines: Buffer.concat(parts), count };
}

export function firstRow(lines: Buffer): readonly Cell[] {
  return decodeLines(lines.subarray(0, lines.indexOf(feed) + 1))[0] as readonly Cell[];
}

export function lastRow(lines: Buffer): readonly Cell[] {
  return decodeLines(lines.subarray(lines.lastIndexOf(feed, -2) + 1))[0] as readonly Cell[];
}

/** Where each line begins, and where the last one ends. */
export function startsOf({ lines, count }: Lines): number[] {
  const starts = [0];
  for (let line = 0; line < count; line += 1) {
    starts.push(lines.indexOf(feed, starts[line]) + 1);
  }
  return starts;
}

/** The lines without their last cells. */
export function cut(lines: Buffer, cells: number): Buffer {
  if (cells === 0) return lines;
  const kept = Buffer.allocUnsafe(lines.length);
  let length = 0;
  let start = 0;
  for (let end = lines.indexOf(feed); end >= 0; end = lines.indexOf(feed, start)) {
    let stop = end;
    for (let cell = 0; cell < cells; cell += 1) stop = lines.lastIndexOf(tab, stop - 1);
    lines.copy(kept, length, start, Math.max(stop, start));
    length += Math.max(stop - start, 0);
    kept[length] = feed;
    length += 1;
    start = end + 1;
  }
  return kept.subarray(0, length);
}
