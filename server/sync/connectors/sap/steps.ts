import { instantText, readInstant } from '../../values/instants.ts';
import { readInstantText } from '../../values/times.ts';
import type { Cell, FieldType } from '../../values/types.ts';
import type { SapField } from './fields.ts';

const dayMicroseconds = 86_400_000_000;
const millisecond = 1_000;

/** As what times of change are told apart: days, or milliseconds. */
export function stepTypeOf({ edm, type }: SapField): FieldType {
  if (type.kind === 'date') return { kind: 'date' };
  return { kind: edm === 'Edm.DateTime' ? 'timestamp' : 'timestamptz' };
}

/** The beginning of the millisecond that a time is in: services keep more digits than they show. */
export function stepOf(type: FieldType, cell: Cell | undefined): string | undefined {
  if (cell === null || cell === undefined) return undefined;
  const { kind } = type;
  if (kind !== 'date' && kind !== 'timestamp' && kind !== 'timestamptz') return undefined;
  const read = readInstantText(kind, cell.replace(/([.,]\d{3})\d+/, '$1'));
  return 'text' in read ? (read.text ?? undefined) : undefined;
}

/** The beginning of the next one. */
export function stepAfter({ kind }: FieldType, step: string): string {
  if (kind !== 'date' && kind !== 'timestamp' && kind !== 'timestamptz') return step;
  const read = readInstant(kind, step);
  if ('problem' in read) return step;
  if (kind === 'date') return instantText(kind, { days: read.days + 1, micros: 0 });
  const micros = read.micros + millisecond;
  const days = Math.floor(micros / dayMicroseconds);
  return instantText(kind, { days: read.days + days, micros: micros - days * dayMicroseconds });
}
