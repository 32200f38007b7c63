import type { Column } from './inside/messages.ts';

/** Records as they cross, of which some can be asked for again. */
export interface Records {
  readonly count: number;
  /** What the records are where they are lines of COPY; without it they are elements of a JSON array. */
  readonly columns?: readonly Column[] | undefined;
  /** About how many characters one has. */
  lengthOf(at: number): number;
  /** Some of them, from the first up to, and without, the last. */
  textOf(from: number, to: number): string | Buffer;
}

export class JsonRecords implements Records {
  readonly #texts: readonly string[];

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  get count(): number {
    return this.#texts.length;
  }

  lengthOf(at: number): number {
    return (this.#texts[at] as string).length;
  }

  textOf(from: number, to: number): string {
    return `[${this.#texts.slice(from, to).join(',')}]`;
  }
}

/** Records in the text format of PostgreSQL's COPY, without the line feed after the last. */
export class LineRecords implements Records {
  readonly columns: readonly Column[];
  readonly #lines: readonly string[];
  readonly #whole: Buffer | undefined;

  constructor(columns: readonly Column[], lines: readonly string[], whole?: Buffer) {
    this.columns = columns;
    this.#lines = lines;
    this.#whole = whole;
  }

  get count(): number {
    return this.#lines.length;
  }

  lengthOf(at: number): number {
    return (this.#lines[at] as string).length;
  }

  textOf(from: number, to: number): string | Buffer {
    if (this.#whole && to - from === this.count) return this.#whole;
    return this.#lines.slice(from, to).join('\n');
  }
}
