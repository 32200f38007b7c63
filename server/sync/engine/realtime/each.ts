import type { HeardChange, Place } from '../../connectors/changes.ts';
import type { Session, WriteRequest, Writer } from '../../connectors/connector.ts';
import type { Cell, Row } from '../../values/types.ts';
import { withCounts } from '../counting.ts';
import type { Kept } from '../means.ts';
import type { Places } from '../places.ts';
import type { Writing } from './applying.ts';
import type { Gathered, GatheredRecord } from './gathering.ts';
import { shapeOf } from './shapes.ts';
import type { Way } from './way.ts';

type Means = Pick<Kept, 'holding' | 'report'> & {
  readonly runId: string;
  readonly destination: Pick<Session, 'write'>;
  readonly places: Places;
  request(fields: WriteRequest['fields']): WriteRequest;
  /** Reads records of the source as they are now. */
  reread(keys: readonly Row[]): Promise<readonly Row[]>;
};

/** Has a destination hear each change that a sync was told, with where that ended. */
export class EachWriting implements Writing {
  readonly keepsEach = true;
  readonly #way: Way;
  readonly #means: Means;
  #writer: Writer | undefined;

  constructor(way: Way, means: Means) {
    this.#way = way;
    this.#means = means;
  }

  /** Keeps where it begins. */
  async begin(at: Place): Promise<void> {
    await this.write({ isEmptied: false, records: [], count: 0, bytes: 0, end: at });
  }

  async write({ isEmptied, records, count, bytes, end }: Gathered): Promise<undefined> {
    const { holding, places, runId } = this.#means;
    const writer = await this.#opened();
    const changes = await this.#changesOf(records);
    const { counts } = holding;
    const after = {
      ...counts,
      records_read: counts.records_read + count,
      bytes: counts.bytes + bytes,
    };
    const said = JSON.stringify({ place: end, shape: shapeOf(this.#way.fields) });
    const position = end === undefined ? undefined : places.write(said);
    const kept = position === undefined ? undefined : withCounts(position, runId, after);
    await writer.hear?.({ isEmptied, changes }, kept);
    Object.assign(counts, after);
    if (position !== undefined) holding.position = position;
  }

  /** What was committed is not told again. */
  async undo(): Promise<void> {}

  noteDrift(): void {}

  async close(): Promise<void> {
    await this.#writer?.close();
  }

  async #opened(): Promise<Writer> {
    if (this.#writer) return this.#writer;
    const { destination, request } = this.#means;
    const writer = await destination.write(request(this.#way.fields));
    await writer.prepare();
    this.#writer = writer;
    return writer;
  }

  /** Of what was told in part the rest is read; what is gone by then is told to be gone later. */
  async #changesOf(records: readonly GatheredRecord[]): Promise<HeardChange[]> {
    const lacking = records.filter(({ cells }) => cells?.includes(undefined));
    const found = new Map<string, Row>();
    if (lacking.length > 0) {
      const rows = await this.#means.reread(lacking.map(({ key }) => key));
      for (const row of rows) found.set(nameOf(this.#keyOf(row)), row);
    }
    return records.flatMap(({ key, cells, isThere, before, commit }): HeardChange[] => {
      const previous = before && isWhole(before) ? before : undefined;
      if (!cells) return [{ kind: 'gone', row: this.#rowOf(key), previous, commit }];
      const row = isWhole(cells) ? cells : found.get(nameOf(key));
      return row ? [{ kind: isThere ? 'changed' : 'new', row, previous, commit }] : [];
    });
  }

  #keyOf(row: Row): Row {
    return this.#way.keyPlaces.map((place) => row[place] as Cell);
  }

  #rowOf(key: Row): Row {
    const { fields, keyPlaces } = this.#way;
    return fields.map((_, at) => key[keyPlaces.indexOf(at)] ?? null);
  }
}

function isWhole(cells: readonly (Cell | undefined)[]): cells is Row {
  return !cells.includes(undefined);
}

function nameOf(key: Row): string {
  return JSON.stringify(key);
}
