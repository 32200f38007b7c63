import { type Comparison, comparisonOf } from '../../values/compare.ts';
import { fromPlain } from '../../values/plain.ts';
import type { Cell, Row } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Reached } from './position.ts';

const nowhere: Reached = { last: null, ties: 0, nulls: 0 };

/**
 * Tells the new records of a file that was read before. It may have grown: of the records that have the
 * highest value, or none, those that were there are passed over.
 */
export class News {
  readonly #comparison: Comparison;
  readonly #before: Reached;
  /** Records so far that have the highest value of before. */
  #ties: number;
  #reached: Reached;

  constructor(field: Field, before: Reached = nowhere, reached: Reached = nowhere) {
    this.#comparison = orderOf(field);
    this.#before = before;
    this.#reached = reached;
    this.#ties =
      reached.last === before.last ? reached.ties : reached.last === null ? 0 : before.ties;
  }

  get reached(): Reached {
    return this.#reached;
  }

  /** Whether a record with this value is new. */
  isNew(cell: Cell): boolean {
    if (cell === null) {
      const nulls = this.#reached.nulls + 1;
      this.#reached = { ...this.#reached, nulls };
      return nulls > this.#before.nulls;
    }
    this.#reach(cell);
    if (this.#before.last === null) return true;
    const sign = this.#sign(cell, this.#before.last);
    if (sign !== 0) return sign > 0;
    this.#ties += 1;
    return this.#ties > this.#before.ties;
  }

  #reach(cell: Cell): void {
    const { last, ties, nulls } = this.#reached;
    const sign = last === null ? 1 : this.#sign(cell as string, last);
    if (sign > 0) this.#reached = { last: cell, ties: 1, nulls };
    else if (sign === 0) this.#reached = { last, ties: ties + 1, nulls };
  }

  #sign(one: string, other: string): number {
    const { read, compare } = this.#comparison;
    return compare(read(one), read(other));
  }
}

/** @throws ConnectorError for a field whose order is not that of its values */
export function orderOf({ name, type }: Field): Comparison {
  const comparison = comparisonOf(type);
  if (comparison?.isOrdered && isCursor(type.kind)) return comparison;
  const message = `${name} is of type ${type.kind}, by which nothing new can be found; say what it holds in config.columns.`;
  throw new ConnectorError('request', message, { field: 'cursor_field' });
}

/** A text that holds numbers or dates is not in their order. */
export function isCursor(kind: string): boolean {
  return /^(int|numeric|float|date|timestamp)/.test(kind) && kind !== 'interval';
}

/** Whether a record is in the part that is read again. */
export function partOf(
  part: { from?: string; to?: string } | { keys: readonly Row[] },
  fields: readonly Field[],
): (cells: Row) => boolean {
  if ('keys' in part) {
    const spelled = (cells: Row) =>
      JSON.stringify(cells.map((cell, at) => spell(fields[at], cell)));
    const keys = new Set(part.keys.map(spelled));
    return (cells) => keys.has(spelled(cells));
  }
  const [field] = fields;
  if (!field) throw new ConnectorError('request', 'A part needs a cursor field or a key.');
  const { read, compare } = orderOf(field);
  const [from, to] = [part.from, part.to].map((text) => (text ? read(text) : undefined));
  return ([cell = null]) => {
    if (cell === null) return false;
    const own = read(cell);
    if (from !== undefined && compare(own, from) < 0) return false;
    return to === undefined || compare(own, to) <= 0;
  };
}

/** As its type is written: of a record that could not be read there is the text of the file. */
function spell(field: Field | undefined, cell: Cell): Cell {
  if (cell === null || field === undefined || field.type.kind === 'text') return cell;
  const read = fromPlain(field.type, cell);
  return 'problem' in read ? cell : read.text;
}
