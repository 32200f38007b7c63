const lineBytesMax = 64 * 2 ** 20;

/** A line without its end; undefined when it is longer than bounds. `size` counts its end too. */
export type Line = { readonly bytes: Buffer | undefined; readonly size: number };

export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  const line = (end: Buffer, size: number): Line => {
    const isTooLong = heldBytes + end.length > lineBytesMax;
    const bytes = held.length === 0 ? end : Buffer.concat([...held, end]);
    const whole = { bytes: isTooLong ? undefined : bytes, size: heldBytes + size };
    held = [];
    heldBytes = 0;
    return whole;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      yield line(chunk.subarray(from, end), end + 1 - from);
      from = end + 1;
    }
    const rest = chunk.subarray(from);
    if (rest.length === 0) continue;
    if (heldBytes <= lineBytesMax) held.push(rest);
    heldBytes += rest.length;
  }
  if (heldBytes > 0) yield line(Buffer.alloc(0), 0);
}
