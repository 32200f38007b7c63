import { momentOf } from '../../values/calendar.ts';
import { compare, comparisonOf } from '../../values/compare.ts';
import { instantText, readInstant } from '../../values/instants.ts';
import type { Row } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';

/** A vendor's records may come to be seen later than those that were written after them. */
const overlapSecondsDefault = 300;

/** The field that says what is new. */
export class Cursor {
  readonly field: Field;
  readonly place: number;
  readonly #overlapSeconds: number;

  /** @throws ConnectorError when its values have no order */
  constructor(field: Field, place: number, overlapSeconds = overlapSecondsDefault) {
    this.field = field;
    this.place = place;
    this.#overlapSeconds = overlapSeconds;
    if (comparisonOf(field.type)?.isOrdered) return;
    const message = `The field "${field.name}" has no order by which new records could be found.`;
    throw new ConnectorError('request', message, { field: 'cursor_field' });
  }

  /** From where is read again, after a reading that came to `since`. */
  from(since: string): string {
    const { kind } = this.field.type;
    if (kind !== 'timestamp' && kind !== 'timestamptz') return since;
    const read = readInstant(kind, since);
    if (typeof read !== 'object' || !('days' in read)) return since;
    return instantText(kind, momentOf(read.days, read.micros - this.#overlapSeconds * 1e6));
  }

  /** The later one of a row's value and another. */
  later(row: Row, than: string | undefined): string | undefined {
    const value = row[this.place] ?? undefined;
    if (value === undefined || than === undefined) return value ?? than;
    return (compare(this.field.type, value, than) ?? 0) > 0 ? value : than;
  }

  isBefore(row: Row, bound: string): boolean {
    const value = row[this.place] ?? undefined;
    return value !== undefined && (compare(this.field.type, value, bound) ?? 0) < 0;
  }

  isAfter(row: Row, bound: string): boolean {
    const value = row[this.place] ?? undefined;
    return value !== undefined && (compare(this.field.type, value, bound) ?? 0) > 0;
  }
}
