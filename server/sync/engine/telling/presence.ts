import type { Changed } from '../../connectors/changes.ts';
import type { Description, Field, Session, WriteRequest } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { matchName } from '../../conventions/names.ts';
import type { CheckedFilter, Leaf } from '../../filters/checked.ts';
import { toJsonText } from '../../values/json.ts';
import type { Cell, Row } from '../../values/types.ts';
import { comparable, converting } from './comparable.ts';

/** What is asked for with one key of one field, and with several. */
const keysMax = 1_000;
const compositeMax = 100;
/** A system that filters nothing would be read as a whole for each batch. */
const pagesMax = 50;
const mark = 'deleted_at';

/** A record that the destination has, in the fields that are written. */
export type Present = {
  /** Its values as members of a JSON object, by the names that are written. */
  members(): ReadonlyMap<string, string>;
  /** Whether it holds already what is to be written. */
  readonly isSame: boolean;
};

type Asked = Pick<WriteRequest, 'object' | 'key' | 'delete'>;
/** A field that is written, and as what the destination describes it. */
type Pair = {
  readonly given: Field;
  readonly at: number;
  readonly own: Field;
  readonly toOwn: (cell: Cell) => Cell | undefined;
  readonly toGiven: (cell: Cell) => Cell | undefined;
};

/** Asks a destination which records it has, before they are written. */
export class Presence {
  readonly #session: Pick<Session, 'describe' | 'query'>;
  readonly #asked: Asked;
  #described: Promise<Description> | undefined;
  #isUnable = false;

  constructor(session: Pick<Session, 'describe' | 'query'>, asked: Asked) {
    this.#session = session;
    this.#asked = asked;
  }

  /**
   * What is there under the keys of these rows: null for nothing. Cells that are undefined are not
   * written. Undefined where the destination cannot be asked.
   */
  async find(
    fields: readonly Field[],
    rows: readonly (readonly Changed[])[],
  ): Promise<readonly (Present | null)[] | undefined> {
    if (this.#isUnable) return undefined;
    try {
      return await this.#find(fields, rows);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind === 'retry') throw error;
      this.#isUnable = true;
      return undefined;
    }
  }

  async #find(fields: readonly Field[], rows: readonly (readonly Changed[])[]) {
    this.#described ??= this.#session.describe(this.#asked.object);
    const described = await this.#described;
    const pairs = pairsOf(fields, described);
    const keys = this.#asked.key.map((name) => pairs.find(({ given }) => given.name === name));
    if (keys.length === 0 || keys.includes(undefined)) return undefined;
    const search = new Search(described, pairs, keys as Pair[], this.#asked.delete === 'mark');
    const found: (Present | null)[] = [];
    const atOnce = keys.length === 1 ? keysMax : compositeMax;
    for (let from = 0; from < rows.length; from += atOnce) {
      const some = rows.slice(from, from + atOnce);
      found.push(...(await search.among(this.#session, some, atOnce)));
    }
    return found;
  }
}

function pairsOf(fields: readonly Field[], described: Description): Pair[] {
  const names = described.fields.map(({ name }) => name);
  return fields.flatMap((given, at) => {
    const name = matchName(names, given.name);
    const own = described.fields.find((field) => field.name === name);
    if (!own) return [];
    const toOwn = converting(given.type, own.type);
    return [{ given, at, own, toOwn, toGiven: converting(own.type, given.type) }];
  });
}

class Search {
  readonly #described: Description;
  readonly #pairs: readonly Pair[];
  readonly #keys: readonly Pair[];
  /** The names of what is asked for, and where those of the pairs stand. */
  readonly #names: readonly string[];
  readonly #places: readonly number[];

  constructor(
    described: Description,
    pairs: readonly Pair[],
    keys: readonly Pair[],
    isMarked: boolean,
  ) {
    this.#described = described;
    this.#pairs = pairs;
    this.#keys = keys;
    const names = pairs.map(({ own }) => own.name);
    const hasMark = isMarked && described.fields.some(({ name }) => name === mark);
    this.#names = [...new Set(hasMark ? [...names, mark] : names)];
    this.#places = names.map((name) => this.#names.indexOf(name));
  }

  async among(
    session: Pick<Session, 'query'>,
    rows: readonly (readonly Changed[])[],
    limit: number,
  ): Promise<(Present | null)[]> {
    const wanted = rows.map((row) => this.#keyOf(row));
    const whole = wanted.filter((key) => key !== undefined);
    const there = new Map<string, Row>();
    if (whole.length > 0) {
      for (const row of await this.#ask(session, whole, limit)) this.#note(there, row);
    }
    return rows.map((row, at) => {
      const key = wanted[at];
      if (key === undefined) return null;
      const name = nameOf(this.#keys, key);
      const own = there.get(name) ?? there.get(name.toLowerCase());
      return own ? this.#present(row, own) : null;
    });
  }

  async #ask(session: Pick<Session, 'query'>, keys: readonly Cell[][], limit: number) {
    const asked = {
      object: this.#described.name,
      fields: this.#names,
      filter: this.#filter(keys),
      limit,
    };
    const rows: Row[] = [];
    let cursor: string | undefined;
    for (let nth = 0; nth < pagesMax; nth += 1) {
      const page = await session.query({ ...asked, ...(cursor === undefined ? {} : { cursor }) });
      const places = this.#names.map((name) => page.fields.findIndex((one) => one.name === name));
      rows.push(...page.rows.map((row) => places.map((place) => row[place] ?? null)));
      cursor = page.nextCursor;
      if (cursor === undefined) return rows;
    }
    throw new ConnectorError('request', 'It cannot be asked for some records among many.');
  }

  /** One that is marked as gone is not there. */
  #note(there: Map<string, Row>, row: Row): void {
    const isMarked = this.#names.at(-1) === mark && row.at(-1) !== null;
    if (isMarked) return;
    const key = this.#keys.map(({ own }) => row[this.#names.indexOf(own.name)] ?? null);
    const name = nameOf(this.#keys, key);
    there.set(name, row);
    const lower = name.toLowerCase();
    if (lower !== name && !there.has(lower)) there.set(lower, row);
  }

  #keyOf(row: readonly Changed[]): Cell[] | undefined {
    const cells = this.#keys.map(({ at, toOwn }) => toOwn(row[at] ?? null));
    return cells.every((cell) => cell != null) ? (cells as Cell[]) : undefined;
  }

  #filter(keys: readonly Cell[][]): CheckedFilter {
    const operands = this.#keys.map(({ own }) => ({
      field: own.name,
      index: this.#described.fields.indexOf(own),
      type: own.type,
      path: [],
      within: own.type,
    }));
    const [first] = operands;
    if (first && operands.length === 1) {
      return { kind: 'in', operand: first, values: keys.map(([cell]) => cell as Cell) };
    }
    const terms = keys.map((key): CheckedFilter => {
      const same = operands.map((operand, at): Leaf => {
        return { kind: 'compare', operand, operator: '=', value: key[at] ?? null };
      });
      return { kind: 'and', terms: same };
    });
    return { kind: 'or', terms };
  }

  #present(row: readonly Changed[], own: Row): Present {
    const isSame = this.#pairs.every((pair, nth) =>
      isHeld(pair, row[pair.at], this.#cell(own, nth)),
    );
    return {
      isSame: isSame && this.#pairs.length > 0,
      members: () => {
        const texts = this.#pairs.map((pair, nth): [string, string] => {
          return [pair.given.name, textOf(pair, row[pair.at], this.#cell(own, nth))];
        });
        return new Map(texts);
      },
    };
  }

  #cell(own: Row, nth: number): Cell {
    return own[this.#places[nth] as number] ?? null;
  }
}

/** In the form of what is written, where it can have that: what stays is spelled as it is written. */
function textOf(pair: Pair, now: Changed, before: Cell): string {
  const { given, own, toGiven } = pair;
  if (now !== undefined && isHeld(pair, now, before)) return toJsonText(given.type, now);
  const same = toGiven(before);
  return same === undefined ? toJsonText(own.type, before) : toJsonText(given.type, same);
}

function isHeld({ own, toOwn }: Pair, cell: Changed, before: Cell): boolean {
  if (cell === undefined) return true;
  const now = toOwn(cell);
  if (now === undefined) return false;
  return now === before || comparable(own.type, before) === comparable(own.type, now);
}

function nameOf(keys: readonly Pair[], cells: readonly Cell[]): string {
  const [first] = keys;
  if (first && keys.length === 1) return comparable(first.own.type, cells[0] ?? null) ?? '';
  return JSON.stringify(cells.map((cell, at) => comparable(keys[at]!.own.type, cell)));
}
