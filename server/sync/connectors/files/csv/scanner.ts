import { isUtf8 } from 'node:buffer';

/** How the records of a file are parted, in bytes. */
export type Marks = { readonly delimiter: number; readonly newline: number };

export type Fault = 'quote' | 'encoding' | 'width' | 'size';

const quote = 0x22;
const carriageReturn = 0x0d;
const backslash = 0x5c;
const unfinished = -1;
/** In place of what stands for a byte: it ends a cell. */
const mark = 1;

/** What stands for a byte in the text format of COPY; 0: itself. */
const escapes = new Uint8Array(256);
for (const [byte, letter] of [
  [backslash, '\\'],
  [0x09, 't'],
  [0x0a, 'n'],
  [carriageReturn, 'r'],
  [0x08, 'b'],
  [0x0c, 'f'],
  [0x0b, 'v'],
] as const) {
  escapes[byte] = letter.charCodeAt(0);
}

/**
 * Turns records of CSV (RFC 4180) into lines of COPY, byte by byte: an unquoted empty cell is null, a
 * quoted one is empty, and a quote within an unquoted cell is itself.
 */
export class Scanner {
  /** The lines; room for them is made by `begin`. */
  out = Buffer.alloc(0);
  outEnd = 0;
  /** Where the cells of the last record end in `out`, each with its tab or line feed. */
  readonly ends: number[] = [];
  /** Lines that the last record takes. */
  lines = 0;
  fault: Fault | undefined;
  readonly #marks: Marks;
  /** Cells that a record must have; undefined: as many as it likes. */
  readonly #width: number | undefined;
  /** What stands for a byte outside of quotes. */
  readonly #special: Uint8Array;
  #input: Buffer = Buffer.alloc(0);
  #isLast = false;
  #validEnd = 0;

  constructor(marks: Marks, width: number | undefined) {
    this.#marks = marks;
    this.#width = width;
    this.#special = escapes.slice();
    this.#special[marks.delimiter] = mark;
    this.#special[marks.newline] = mark;
  }

  begin(input: Buffer, isLast: boolean): void {
    this.#input = input;
    this.#isLast = isLast;
    // No character has the byte of a line feed within it.
    const end = isLast ? input.length : input.lastIndexOf(this.#marks.newline) + 1;
    this.#validEnd = isUtf8(input.subarray(0, end)) ? end : 0;
    // An empty cell and its delimiter, one byte, become three.
    const room = this.outEnd + input.length * 3 + 3;
    if (this.out.length >= room) return;
    const wider = Buffer.allocUnsafe(room);
    this.out.copy(wider, 0, 0, this.outEnd);
    this.out = wider;
  }

  /** Scans the record at `from`; answers where the next one begins, or -1 when its end is not there. */
  scan(from: number): number {
    const begun = this.outEnd;
    this.ends.length = 0;
    this.fault = undefined;
    this.lines = 1;
    let end = this.#record(from);
    if (this.fault === 'quote') {
      end = this.lineEnd(from);
      this.lines = 1;
    }
    if (end === unfinished) {
      this.outEnd = begun;
      return unfinished;
    }
    const isOfWidth = this.#width === undefined || this.ends.length === this.#width;
    if (!isOfWidth) this.fault ??= 'width';
    if (end > this.#validEnd && !isUtf8(this.#input.subarray(from, end))) this.fault = 'encoding';
    if (this.fault) this.outEnd = begun;
    return end;
  }

  /** Where the line of `from` ends: what has a fault in its quotes is left with its first line. */
  lineEnd(from: number): number {
    const end = this.#input.indexOf(this.#marks.newline, from);
    if (end >= 0) return end + 1;
    return this.#isLast ? this.#input.length : unfinished;
  }

  #record(from: number): number {
    const input = this.#input;
    const { delimiter, newline } = this.#marks;
    let at = from;
    for (;;) {
      at = input[at] === quote ? this.#quoted(at) : this.#plain(at);
      if (at === unfinished) return unfinished;
      const byte = at < input.length ? input[at] : newline;
      const isEnd = byte !== delimiter;
      this.out[this.outEnd++] = isEnd ? 0x0a : 0x09;
      this.ends.push(this.outEnd);
      if (byte === delimiter) {
        at += 1;
        continue;
      }
      if (at >= input.length) return input.length;
      if (byte !== newline) this.fault = 'quote';
      return at + 1;
    }
  }

  /** Answers where the cell ends: at its delimiter, its newline, or the end of everything. */
  #plain(from: number): number {
    const { delimiter } = this.#marks;
    const [input, out, special] = [this.#input, this.out, this.#special];
    const length = input.length;
    let end = this.outEnd;
    let at = from;
    for (; at < length; at += 1) {
      const byte = input[at] as number;
      const letter = special[byte] as number;
      if (letter === 0) {
        out[end++] = byte;
        continue;
      }
      if (letter === mark) break;
      out[end++] = backslash;
      out[end++] = letter;
    }
    if (at === length && !this.#isLast) return unfinished;
    // The line ends with both; before a line feed the other is no part of the cell.
    const isPair = at > from && input[at - 1] === carriageReturn && input[at] !== delimiter;
    const isEmpty = at - (isPair ? 1 : 0) === from;
    if (isPair) end -= 2;
    if (isEmpty) {
      out[end++] = backslash;
      out[end++] = 0x4e;
    }
    this.outEnd = end;
    return at;
  }

  #quoted(from: number): number {
    const { newline } = this.#marks;
    const [input, out] = [this.#input, this.out];
    const length = input.length;
    let end = this.outEnd;
    let at = from + 1;
    for (; ; at += 1) {
      if (at >= length) return this.#unclosed();
      const byte = input[at] as number;
      if (byte === quote) {
        if (at + 1 === length && !this.#isLast) return unfinished;
        if (input[at + 1] !== quote) break;
        at += 1;
      }
      if (byte === newline) this.lines += 1;
      const letter = escapes[byte] as number;
      if (letter !== 0) out[end++] = backslash;
      out[end++] = letter === 0 ? byte : letter;
    }
    this.outEnd = end;
    return this.#afterQuote(at + 1);
  }

  #afterQuote(at: number): number {
    const input = this.#input;
    if (input[at] !== carriageReturn || this.#marks.newline === carriageReturn) return at;
    if (at + 1 === input.length) return this.#isLast ? at + 1 : unfinished;
    return input[at + 1] === this.#marks.newline ? at + 1 : at;
  }

  #unclosed(): number {
    if (!this.#isLast) return unfinished;
    this.fault = 'quote';
    return this.#input.length;
  }
}
