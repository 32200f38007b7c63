/** A message between the server and a process of the sandbox: an object, and a text that is not looked at. */
export interface Frame<T> {
  head: T;
  text: string;
}

const prefixBytes = 8;

export function encodeFrame(head: object, text: string | Buffer = ''): Buffer {
  const start = JSON.stringify(head);
  const headBytes = Buffer.byteLength(start);
  const textBytes = typeof text === 'string' ? Buffer.byteLength(text) : text.length;
  const frame = Buffer.allocUnsafe(prefixBytes + headBytes + textBytes);
  frame.writeUInt32LE(headBytes, 0);
  frame.writeUInt32LE(textBytes, 4);
  frame.write(start, prefixBytes);
  if (typeof text === 'string') frame.write(text, prefixBytes + headBytes);
  else text.copy(frame, prefixBytes + headBytes);
  return frame;
}

/** Puts frames together from what arrives, piece by piece. */
export class FrameReader<T> {
  readonly #take: (frame: Frame<T>) => void;
  readonly #bytesMax: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #wanted = prefixBytes;

  constructor(bytesMax: number, take: (frame: Frame<T>) => void) {
    this.#bytesMax = bytesMax;
    this.#take = take;
  }

  /** @throws when a frame is too large, or none */
  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    while (this.#bytes >= this.#wanted) this.#step();
  }

  #step(): void {
    const bytes =
      this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
    this.#pieces = [bytes];
    const headBytes = bytes.readUInt32LE(0);
    const end = prefixBytes + headBytes + bytes.readUInt32LE(4);
    if (end > this.#bytesMax) throw new RangeError(`a frame of ${end} bytes`);
    this.#wanted = end;
    if (bytes.length < end) return;
    const rest = bytes.subarray(end);
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    this.#wanted = prefixBytes;
    const head = JSON.parse(bytes.toString('utf8', prefixBytes, prefixBytes + headBytes)) as T;
    this.#take({ head, text: bytes.toString('utf8', prefixBytes + headBytes, end) });
  }
}
