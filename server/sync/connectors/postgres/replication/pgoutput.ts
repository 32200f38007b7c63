import type { Lsn } from './lsn.ts';

/** A cell of a change; undefined: as it was before, for a large value that was not touched. */
export type Changed = string | null | undefined;

/** A table as the changes after it tell it, until it is told anew. */
export type Relation = {
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  /** By what changes name a row: its primary key, nothing, all columns, or an index. */
  readonly identity: 'default' | 'nothing' | 'full' | 'index';
  readonly columns: readonly RelationColumn[];
};

export type RelationColumn = {
  readonly name: string;
  readonly isKey: boolean;
  /** The number of its type in the catalogue, and the modifier. */
  readonly type: string;
  readonly modifier: string;
};

/** The row before a change: all of it, or the columns of its identity, the others null. */
export type Before = { readonly isWhole: boolean; readonly cells: readonly Changed[] };

/**
 * What the plugin says, in the order of commits; values are text.
 * https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
 */
export type Message =
  | { readonly kind: 'begin'; readonly end: Lsn; readonly committedAt: Date; readonly xid: number }
  | { readonly kind: 'commit'; readonly commit: Lsn; readonly end: Lsn; readonly committedAt: Date }
  | { readonly kind: 'relation'; readonly relation: Relation }
  | { readonly kind: 'insert'; readonly relation: number; readonly cells: readonly Changed[] }
  | {
      readonly kind: 'update';
      readonly relation: number;
      /** Where the identity changed, or is all of the row. */
      readonly before?: Before;
      readonly cells: readonly Changed[];
    }
  | { readonly kind: 'delete'; readonly relation: number; readonly before: Before }
  | { readonly kind: 'truncate'; readonly relations: readonly number[] }
  /** Types, origins, messages of others: nothing that a row is made of. */
  | { readonly kind: 'other' };

const identities: Readonly<Record<string, Relation['identity']>> = {
  d: 'default',
  n: 'nothing',
  f: 'full',
  i: 'index',
};
const epoch = Date.UTC(2000, 0, 1);

/** @throws RangeError for bytes that are no such message */
export function readMessage(bytes: Buffer): Message {
  const reader = new Reader(bytes);
  const tag = reader.letter();
  switch (tag) {
    case 'B':
      return {
        kind: 'begin',
        end: reader.int64(),
        committedAt: reader.time(),
        xid: reader.int32(),
      };
    case 'C':
      reader.int8();
      return {
        kind: 'commit',
        commit: reader.int64(),
        end: reader.int64(),
        committedAt: reader.time(),
      };
    case 'R':
      return { kind: 'relation', relation: relationOf(reader) };
    case 'I': {
      const relation = reader.int32();
      reader.letter();
      return { kind: 'insert', relation, cells: cellsOf(reader) };
    }
    case 'U':
      return updateOf(reader);
    case 'D':
      return {
        kind: 'delete',
        relation: reader.int32(),
        before: beforeOf(reader, reader.letter()),
      };
    case 'T': {
      const count = reader.int32();
      reader.int8();
      return { kind: 'truncate', relations: Array.from({ length: count }, () => reader.int32()) };
    }
    default:
      return { kind: 'other' };
  }
}

function relationOf(reader: Reader): Relation {
  const id = reader.int32();
  const schema = reader.text() || 'pg_catalog';
  const name = reader.text();
  const identity = identities[reader.letter()] ?? 'nothing';
  const columns = Array.from({ length: reader.int16() }, (): RelationColumn => {
    const isKey = (reader.int8() & 1) === 1;
    return {
      isKey,
      name: reader.text(),
      type: `${reader.int32()}`,
      modifier: `${reader.signed()}`,
    };
  });
  return { id, schema, name, identity, columns };
}

function updateOf(reader: Reader): Message {
  const relation = reader.int32();
  const tag = reader.letter();
  if (tag === 'N') return { kind: 'update', relation, cells: cellsOf(reader) };
  const before = beforeOf(reader, tag);
  reader.letter();
  return { kind: 'update', relation, before, cells: cellsOf(reader) };
}

function beforeOf(reader: Reader, tag: string): Before {
  return { isWhole: tag === 'O', cells: cellsOf(reader) };
}

function cellsOf(reader: Reader): Changed[] {
  return Array.from({ length: reader.int16() }, (): Changed => {
    const tag = reader.letter();
    if (tag === 'n') return null;
    if (tag === 'u') return undefined;
    if (tag === 't') return reader.sized();
    throw new RangeError(`a cell of the kind ${JSON.stringify(tag)}`);
  });
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  letter(): string {
    return String.fromCharCode(this.int8());
  }

  int8(): number {
    this.#at += 1;
    return this.#bytes.readUInt8(this.#at - 1);
  }

  int16(): number {
    this.#at += 2;
    return this.#bytes.readUInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  signed(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  int64(): bigint {
    this.#at += 8;
    return this.#bytes.readBigUInt64BE(this.#at - 8);
  }

  /** In microseconds since 2000. */
  time(): Date {
    this.#at += 8;
    return new Date(epoch + Number(this.#bytes.readBigInt64BE(this.#at - 8) / 1000n));
  }

  /** Up to a zero. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw new RangeError('a text without an end');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  sized(): string {
    const length = this.int32();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('a value beyond the end');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end;
    return text;
  }
}
