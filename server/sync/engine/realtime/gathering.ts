import type { Changed, Place } from '../../connectors/changes.ts';
import type { Cell, Row } from '../../values/types.ts';

/** Measured with Node 26: what the record and its key take, and each cell beside its characters. */
const [recordWeight, cellWeight] = [320, 16];

/** What became of a record since the last group. */
export type GatheredRecord = {
  /** By the source. */
  readonly key: Row;
  /** Undefined: it is gone. */
  readonly cells: readonly Changed[] | undefined;
  /** It was there before, so that what was not told of it is as it was. */
  readonly isThere: boolean;
  /** What it was before, as far as that was told, where every change is kept. */
  readonly before?: readonly Changed[] | undefined;
  /** Of the transaction that last changed it. */
  readonly commit?: Place | undefined;
};

type Told = {
  readonly commit?: Place | undefined;
  readonly isNew: boolean;
  readonly before: readonly Changed[] | undefined;
  /** Undefined: it is gone. */
  readonly after: readonly Changed[] | undefined;
};

export type Gathered = {
  readonly isEmptied: boolean;
  readonly records: readonly GatheredRecord[];
  /** How many changes that were, and how large. */
  readonly count: number;
  readonly bytes: number;
  /** Where the last transaction of it ended; undefined: in the middle of one. */
  readonly end: Place | undefined;
};

/** Changes of whole transactions, or of a part of a large one: of each record what it is after them. */
export class Gathering {
  readonly #keyPlaces: readonly number[];
  readonly #keepsEach: boolean;
  #records = new Map<string, GatheredRecord>();
  #isEmptied = false;
  #count = 0;
  #end: Place | undefined;
  bytes = 0;
  /** About how many bytes of memory it takes: with small records far more than what was told. */
  weight = 0;
  /** When the first transaction of it was committed. */
  since: Date | undefined;

  /** `keepsEach`: every change by itself, in place of what those of a record come to. */
  constructor(keyPlaces: readonly number[], keepsEach = false) {
    this.#keyPlaces = keyPlaces;
    this.#keepsEach = keepsEach;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  change({ isNew, before, after, commit }: Told): void {
    this.#count += 1;
    const cells = after ?? before ?? [];
    const bytes = sizeOf(cells) + (this.#keepsEach && after && before ? sizeOf(before) : 0);
    this.bytes += bytes;
    this.weight += bytes + recordWeight + cellWeight * cells.length;
    this.#end = undefined;
    if (after) this.#changed(isNew, before, after, commit);
    else {
      const key = this.#keyOf(before ?? []);
      this.#put({ key, cells: undefined, isThere: true, before, commit });
    }
  }

  #changed(
    isNew: boolean,
    before: Told['before'],
    after: readonly Changed[],
    commit: Place | undefined,
  ): void {
    const told = over(after, before);
    const key = this.#keyOf(told);
    const old = before ? this.#keyOf(before) : key;
    const isMoved = nameOf(old) !== nameOf(key);
    const earlier = this.#records.get(nameOf(old));
    if (isMoved) this.#put({ key: old, cells: undefined, isThere: true, before, commit });
    const wasThere = earlier === undefined || (earlier.isThere && earlier.cells !== undefined);
    const isThere = wasThere && !isNew && !isMoved;
    this.#put({ key, cells: over(told, earlier?.cells), isThere, before, commit });
  }

  empty(): void {
    this.#count += 1;
    this.#isEmptied = true;
    this.#end = undefined;
    this.#records = new Map();
  }

  commit(end: Place, at: Date): void {
    this.#end = end;
    this.since ??= at;
  }

  take(): Gathered {
    return {
      isEmptied: this.#isEmptied,
      records: [...this.#records.values()],
      count: this.#count,
      bytes: this.bytes,
      end: this.#end,
    };
  }

  #put(record: GatheredRecord): void {
    const { before: _, ...last } = record;
    if (this.#keepsEach) this.#records.set(`${this.#records.size}`, record);
    else this.#records.set(nameOf(record.key), last);
  }

  #keyOf(cells: readonly Changed[]): Row {
    return this.#keyPlaces.map((place) => (cells[place] ?? null) as Cell);
  }
}

/** What was not told is as it was. */
function over(cells: readonly Changed[], before: readonly Changed[] | undefined) {
  if (!before) return cells;
  return cells.map((cell, at) => (cell === undefined ? before[at] : cell));
}

function nameOf(key: Row): string {
  return JSON.stringify(key);
}

function sizeOf(cells: readonly Changed[]): number {
  let size = 0;
  for (const cell of cells) size += cell?.length ?? 0;
  return size;
}
