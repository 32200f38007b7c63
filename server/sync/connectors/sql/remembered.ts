import { createHash } from 'node:crypto';
import { instantText, readInstant } from '../../values/instants.ts';
import type { Cell, FieldType } from '../../values/types.ts';

/** What a read tells the next one, for what is committed late: it has its place before the end. */
export type Since = {
  /** Marks of the records that were read, of the last value and of the time before it. */
  readonly seen: readonly string[];
  /** Of those without a cursor value. */
  readonly nulls: readonly string[];
  /** Those up to here were too many to remember. */
  readonly beyond?: string;
};

type Entry = { readonly value: string; readonly mark: () => string };

const marksMax = 10_000;
const markLength = 12;
const dayMicroseconds = 86_400_000_000;
const secondMicroseconds = 1_000_000;

/** The records that were read and may be met again, since they stand where the next read begins. */
export class Remembered {
  readonly #type: FieldType;
  readonly #overlapSeconds: number;
  readonly #known: Map<string, number>;
  #entries: Entry[];
  #nulls: string[];
  #beyond: string | undefined;

  constructor(
    type: FieldType,
    overlapSeconds: number,
    { last, since }: { last: string | undefined; since: Since | undefined },
  ) {
    this.#type = type;
    this.#overlapSeconds = overlapSeconds;
    const { seen = [], nulls = [], beyond } = since ?? {};
    this.#entries =
      last === undefined ? [] : seen.map((mark) => ({ value: last, mark: () => mark }));
    this.#nulls = [...nulls];
    this.#beyond = beyond;
    this.#known = new Map();
    for (const mark of [...seen, ...nulls]) {
      this.#known.set(mark, (this.#known.get(mark) ?? 0) + 1);
    }
  }

  /** Whether a record was read before; several that look the same are counted. */
  recognize(identity: readonly Cell[]): boolean {
    if (this.#known.size === 0) return false;
    const mark = markOf(identity);
    const count = this.#known.get(mark) ?? 0;
    if (count === 0) return false;
    this.#known.set(mark, count - 1);
    return true;
  }

  /** Most are forgotten again before anybody asks for their marks. */
  add(value: Cell, identity: readonly Cell[]): void {
    if (value === null) this.#nulls.push(markOf(identity));
    else this.#entries.push({ value, mark: once(() => markOf(identity)) });
  }

  /** At the end of what was read up to `last`. */
  at(last: string | undefined): Since {
    if (last !== undefined) {
      const { value } = this.from(last);
      const isNear = (entry: Entry) =>
        value === last ? entry.value === last : entry.value >= value;
      this.#entries = this.#entries.filter(isNear);
      this.#trim();
    }
    // Too many: they come again, and are recognized by their keys.
    if (this.#nulls.length > marksMax) this.#nulls = [];
    return {
      seen: this.#entries.map(({ mark }) => mark()),
      nulls: this.#nulls,
      ...(this.#beyond === undefined ? {} : { beyond: this.#beyond }),
    };
  }

  /** Where the next read begins, when this one has come to `last`. */
  from(last: string): { sign: '>=' | '>'; value: string } {
    const { kind } = this.#type;
    const least = /^timestamp/.test(kind) ? before(last, this.#overlapSeconds, kind) : last;
    const beyond = this.#beyond;
    if (beyond === undefined || least > beyond) return { sign: '>=', value: least };
    return beyond < last ? { sign: '>', value: beyond } : { sign: '>=', value: last };
  }

  /** Of a value either all are remembered, or none. */
  #trim(): void {
    if (this.#entries.length <= marksMax) return;
    const values = this.#entries.map(({ value }) => value).sort();
    const cut = values.at(-marksMax - 1) as string;
    this.#entries = this.#entries.filter(({ value }) => value > cut);
    this.#beyond = cut;
  }
}

function markOf(identity: readonly Cell[]): string {
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('base64url');
  return hash.slice(0, markLength);
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function before(text: string, seconds: number, kind: string): string {
  const moment = readInstant('timestamp', text);
  if (seconds <= 0 || 'problem' in moment) return text;
  const micros = moment.micros - seconds * secondMicroseconds;
  const days = Math.floor(micros / dayMicroseconds);
  const earlier = { days: moment.days + days, micros: micros - days * dayMicroseconds };
  return instantText(kind === 'timestamptz' ? 'timestamptz' : 'timestamp', earlier);
}
