import type { Unread } from '../../batch.ts';
import { type Manner, type Mark, readable, type Wanted } from '../format.ts';
import { readText } from '../text.ts';
import type { Dialect } from './dialect.ts';
import { type Fault, Scanner } from './scanner.ts';

const recordBytesMax = 16 * 2 ** 20;
const shownBytesMax = 4_096;

const reasons: Readonly<Record<Fault, string>> = {
  quote: 'has a quote that is not closed, or something behind one that is',
  encoding: 'has bytes that are no text in the encoding of the file',
  width: 'has not as many cells as the first line',
  size: `is longer than ${recordBytesMax} bytes`,
};

/** Some records as lines of COPY, all columns of the file in each. */
export type Records = {
  readonly lines: Buffer;
  readonly count: number;
  /** By line, where each begins in the file. */
  readonly starts: readonly number[];
  readonly unread: readonly Unread[];
  readonly mark: Mark;
};

type Bounds = Pick<Wanted, 'from' | 'batchBytes' | 'batchRows' | 'signal'>;

/** Reads a file of CSV; `columns`: which of its columns, -1 for one that it does not have. */
export class CsvReader {
  readonly #dialect: Dialect;
  readonly #scanner: Scanner;
  readonly #columns: readonly number[] | undefined;
  readonly #bounds: Bounds;
  #at: number;
  #line: number;
  #isHeaderNext: boolean;
  #isSkipping = false;
  #count = 0;
  #starts: number[] = [];
  #unread: Unread[] = [];
  #picked: Buffer[] = [];
  #pickedBytes = 0;

  constructor(dialect: Dialect, columns: readonly number[], bounds: Bounds) {
    this.#dialect = dialect;
    this.#bounds = bounds;
    this.#scanner = new Scanner(dialect, dialect.names.length);
    const isWhole =
      columns.length === dialect.names.length && columns.every((column, at) => column === at);
    this.#columns = isWhole ? undefined : columns;
    this.#at = bounds.from.at;
    this.#line = bounds.from.line;
    this.#isHeaderNext = dialect.hasHeader && bounds.from.at === 0;
  }

  async *read(path: string, { encoding }: Manner): AsyncGenerator<Records> {
    const { signal, from } = this.#bounds;
    let held: Buffer = Buffer.alloc(0);
    for await (const chunk of readText(path, encoding, from.at)) {
      signal.throwIfAborted();
      const input = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const end = yield* this.#scan(input, false);
      held = input.subarray(this.#afterTooLong(input, end));
    }
    yield* this.#scan(held, true);
    yield this.#take();
  }

  *#scan(input: Buffer, isLast: boolean): Generator<Records, number> {
    const scanner = this.#scanner;
    scanner.begin(input, isLast);
    let at = this.#isSkipping ? this.#skip(input) : 0;
    while (at < input.length) {
      const begun = scanner.outEnd;
      const end = scanner.scan(at);
      if (end < 0) break;
      this.#keep(input, at, end, begun);
      this.#line += scanner.lines;
      this.#at += end - at;
      at = end;
      const { batchRows, batchBytes } = this.#bounds;
      if (this.#count < batchRows && scanner.outEnd + this.#pickedBytes < batchBytes) continue;
      yield this.#take();
      scanner.begin(input, isLast);
    }
    return at;
  }

  #keep(input: Buffer, from: number, to: number, begun: number): void {
    const { fault, ends } = this.#scanner;
    if (this.#isHeaderNext) {
      this.#isHeaderNext = false;
      this.#scanner.outEnd = begun;
    } else if (fault === 'width' && isBlank(input.subarray(from, to))) {
      // A line without anything is no record, unless one cell is all that there is.
    } else if (fault) {
      this.#setAside(fault, input.subarray(from, to));
    } else {
      if (this.#columns) this.#pick(begun, ends, this.#columns);
      this.#starts.push(this.#line);
      this.#count += 1;
    }
  }

  #setAside(fault: Fault, record: Buffer): void {
    const line = this.#line;
    const text = record.toString('utf8', 0, shownBytesMax).replace(/\r?\n$/, '');
    this.#unread.push({
      reason: `Line ${line} ${reasons[fault]}.`,
      row: [],
      source: { line, text },
    });
  }

  /** Keeps the cells that are wanted, in place of all. */
  #pick(begun: number, ends: readonly number[], columns: readonly number[]): void {
    const { out } = this.#scanner;
    const parts = columns.map((column) => {
      if (column < 0) return '\\N';
      const from = column === 0 ? begun : (ends[column - 1] as number);
      return out.toString('latin1', from, (ends[column] as number) - 1);
    });
    const line = Buffer.from(`${parts.join('\t')}\n`, 'latin1');
    this.#picked.push(line);
    this.#pickedBytes += line.length;
    this.#scanner.outEnd = begun;
  }

  #take(): Records {
    const scanner = this.#scanner;
    const records = {
      lines: this.#columns
        ? Buffer.concat(this.#picked)
        : Buffer.from(scanner.out.subarray(0, scanner.outEnd)),
      count: this.#count,
      starts: this.#starts,
      unread: this.#unread,
      mark: { at: this.#at, line: this.#line },
    };
    scanner.outEnd = 0;
    this.#picked = [];
    this.#pickedBytes = 0;
    this.#count = 0;
    this.#starts = [];
    this.#unread = [];
    return records;
  }

  /** A record that does not end within bounds is left with its first line. */
  #afterTooLong(input: Buffer, from: number): number {
    if (input.length - from <= recordBytesMax) return from;
    this.#setAside('size', input.subarray(from, from + shownBytesMax));
    const end = this.#scanner.lineEnd(from);
    this.#isSkipping = end < 0;
    this.#line += this.#isSkipping ? 0 : 1;
    const next = this.#isSkipping ? input.length : end;
    this.#at += next - from;
    return next;
  }

  #skip(input: Buffer): number {
    const end = input.indexOf(this.#dialect.newline);
    const next = end < 0 ? input.length : end + 1;
    this.#isSkipping = end < 0;
    this.#line += end < 0 ? 0 : 1;
    this.#at += next;
    return next;
  }
}

function isBlank(record: Buffer): boolean {
  return record.length <= 2 && /^[\r\n]*$/.test(record.toString('latin1'));
}

export function fieldsOf(dialect: Dialect, { columns }: Manner) {
  return dialect.names.map((name) => readable(name, columns.get(name) ?? { kind: 'text' }, 'text'));
}
