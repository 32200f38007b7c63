import { readInstantText } from '../../values/times.ts';
import type { FieldType } from '../../values/types.ts';
import { type Encoded, rounded } from './encoded.ts';
import { literal } from './names.ts';

const notOfType = { problem: 'This is not a date or time that the column can hold.' };
const temporal = /^(date|timestamp|timestamptz)$/;

/** A day of MySQL's own, also one that is in no calendar: `0000-00-00`, `2024-00-15`. */
const day = /^\d{4}-\d\d-\d\d$/;
const moment = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00)?$/;
const clock = /^-?\d{1,3}:\d\d:\d\d(?:\.(\d{1,6}))?$/;

export function dateLiteral(cell: string, { kind }: FieldType): Encoded {
  const text = temporal.test(kind) ? cell : instantIn(cell, 'date');
  if (text === undefined) return notOfType;
  if (day.test(text)) return { sql: literal(text) };
  const [, date = '', time, fraction] = moment.exec(text) ?? [];
  if (time === undefined) return notOfType;
  return time === '00:00:00' && fraction === undefined ? { sql: literal(date) } : rounded;
}

/** What has a zone is in UTC, as the session is. */
export function momentLiteral(cell: string, { kind }: FieldType, digits: number): Encoded {
  const text = temporal.test(kind) ? cell : instantIn(cell, 'timestamptz');
  if (text === undefined) return notOfType;
  if (day.test(text)) return { sql: literal(text) };
  const [, date, time, fraction = ''] = moment.exec(text) ?? [];
  if (time === undefined) return notOfType;
  if (fraction.length > digits) return rounded;
  return { sql: literal(`${date} ${time}${fraction === '' ? '' : `.${fraction}`}`) };
}

export function timeLiteral(cell: string, { kind }: FieldType, digits: number): Encoded {
  if (kind === 'timetz' || temporal.test(kind)) return rounded;
  const [text, fraction = ''] = clock.exec(cell) ?? [];
  if (text === undefined) return notOfType;
  return fraction.length > digits ? rounded : { sql: literal(text) };
}

function instantIn(text: string, kind: 'date' | 'timestamptz'): string | undefined {
  const read = readInstantText(kind, text);
  return 'text' in read ? (read.text ?? undefined) : undefined;
}
