import type { Row } from '../../values/types.ts';
import { Batch } from '../batch.ts';
import type { Field, Reading, ReadRequest } from '../connector.ts';
import { withTypes } from '../loose.ts';
import { pick } from '../picking.ts';
import { beginning, type Mark, type Piece } from './format.ts';
import { News, orderOf, partOf } from './news.ts';
import type { Opened } from './opened.ts';
import type { Stored } from './place.ts';
import { type Position, type Reached, readPosition } from './position.ts';

/** Reads files one after the other, in the order of their names. */
export async function read(opened: Opened, request: ReadRequest): Promise<Reading> {
  const described = withTypes(await opened.fields(), request.types);
  const fields = pick(described, request.fields ?? described.map(({ name }) => name));
  const reader = new FilesReader(opened, described, fields, request);
  return {
    fields,
    batches: reader.batches(),
    ...(request.filter ? { remaining: request.filter } : {}),
  };
}

type Keep = (row: Row) => boolean;

class FilesReader {
  readonly #opened: Opened;
  readonly #request: ReadRequest;
  /** What is asked for, and after it what is looked at. */
  readonly #fields: readonly Field[];
  readonly #asked: number;
  readonly #looked: readonly Field[];
  readonly #cursor: Field | undefined;

  constructor(
    opened: Opened,
    described: readonly Field[],
    asked: readonly Field[],
    request: ReadRequest,
  ) {
    this.#opened = opened;
    this.#request = request;
    const { cursorField, part, key } = request;
    const names = cursorField === undefined ? [] : [cursorField];
    const looked = part && ('keys' in part || names.length === 0) ? key : names;
    this.#looked = pick(described, looked);
    [this.#cursor] = pick(described, names);
    if (this.#cursor && !part) orderOf(this.#cursor);
    this.#fields = [...asked, ...this.#looked];
    this.#asked = asked.length;
  }

  async *batches(): AsyncGenerator<Batch> {
    const position = readPosition(this.#request.position);
    if (this.#request.part) yield* this.#part(this.#request.part);
    else if (this.#cursor) yield* this.#news(this.#cursor, position);
    else yield* this.#everything(position);
  }

  async *#everything({ at, isEnd }: Position): AsyncGenerator<Batch> {
    for (const file of isEnd ? [] : this.#opened.files) {
      if (at && file.name < at.file) continue;
      const { name, stamp } = file;
      for await (const { batch, mark } of this.#pieces(file, markIn(at, file))) {
        yield placed(batch, { at: { file: name, stamp, mark } });
      }
    }
    yield placed(Batch.ofRows([]), { isEnd: true });
  }

  async *#news(cursor: Field, { at, files: before = {} }: Position): AsyncGenerator<Batch> {
    const files: Record<string, { stamp: string; reached: Reached }> = { ...before };
    for (const file of this.#opened.files) {
      const { name, stamp } = file;
      if (files[name]?.stamp === stamp) continue;
      const goesOn = at?.file === name && at.stamp === stamp;
      const news = new News(cursor, files[name]?.reached, goesOn ? at.reached : undefined);
      const isNew: Keep = (row) => news.isNew(row[this.#asked] ?? null);
      for await (const { batch, mark } of this.#pieces(file, markIn(at, file))) {
        const kept = this.#kept(batch, isNew);
        yield placed(kept, { files, at: { file: name, stamp, mark, reached: news.reached } });
      }
      files[name] = { stamp, reached: news.reached };
    }
    yield placed(Batch.ofRows([]), { files });
  }

  async *#part(part: NonNullable<ReadRequest['part']>): AsyncGenerator<Batch> {
    const isIn = partOf(part, this.#looked);
    const { position } = this.#request;
    for (const file of this.#opened.files) {
      for await (const { batch } of this.#pieces(file, beginning)) {
        const isWanted: Keep = (row) => isIn(row.slice(this.#asked));
        const kept = this.#kept(batch, isWanted);
        // Those that are chosen by what cannot be read are none of the part.
        const unread = 'keys' in part ? batch.unread.filter(({ row }) => isWanted(row)) : [];
        if (kept.count + unread.length > 0) yield Batch.ofRows(kept.rows, position, unread);
      }
    }
    yield Batch.ofRows([], position);
  }

  #pieces(file: Stored, from: Mark): AsyncIterable<Piece> {
    const { batchBytes, batchRows, signal } = this.#request;
    return this.#opened.read(file, { fields: this.#fields, from, batchBytes, batchRows, signal });
  }

  #kept({ rows, unread }: Batch, keep: Keep): Batch {
    const kept = rows.filter(keep).map((row) => row.slice(0, this.#asked));
    return Batch.ofRows(kept, undefined, unread);
  }
}

function markIn(at: Position['at'], { name, stamp }: Stored): Mark {
  return at?.file === name && at.stamp === stamp ? at.mark : beginning;
}

function placed(batch: Batch, position: Position): Batch {
  return batch.at(JSON.stringify(position));
}
