import { instantText, readInstant } from '../../values/instants.ts';
import { fromJson, toJson } from '../../values/json.ts';
import type { Reading } from '../../values/reading.ts';
import type { Cell, FieldType, Json } from '../../values/types.ts';
import type { Version } from './config.ts';
import type { SapField } from './fields.ts';

const dayMilliseconds = 86_400_000;
/** Of UTC; the minutes behind it are for display: http://www.odata.org/documentation/odata-version-2-0/json-format/ */
const ticks = /^\/Date\((-?\d{1,15})(?:[+-]\d{1,4})?\)\/$/;
const clock = /^PT(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(\.\d+)?S)?$/;
const floats: Readonly<Record<string, string>> = { INF: 'Infinity', '-INF': '-Infinity' };

/** The cell of what a service says. */
export function cellOf({ type, edm }: SapField, json: Json | undefined): Reading {
  if (json === undefined || json === null) return { text: null };
  if (typeof json !== 'string') return fromJson(type, json);
  switch (edm) {
    case 'Edm.DateTime':
    case 'Edm.DateTimeOffset': {
      const milliseconds = ticks.exec(json)?.[1];
      return milliseconds === undefined ? fromJson(type, json) : instantOf(type, milliseconds);
    }
    case 'Edm.Time': {
      const [whole, hours = '0', minutes = '0', seconds = '0', fraction = ''] =
        clock.exec(json) ?? [];
      if (whole === undefined || whole === 'PT') return fromJson(type, json);
      const parts = [hours, minutes, seconds].map((part) => part.padStart(2, '0'));
      return fromJson(type, `${parts.join(':')}${fraction}`);
    }
    case 'Edm.Decimal':
      // Written as in an address by some.
      return fromJson(type, json.replace(/m$/i, ''));
    case 'Edm.Single':
    case 'Edm.Double':
      return fromJson(type, floats[json] ?? json);
    case 'Edm.Binary':
      return fromJson(type, json.replaceAll('-', '+').replaceAll('_', '/'));
    default:
      return fromJson(type, json);
  }
}

function instantOf({ kind }: FieldType, milliseconds: string): Reading {
  const at = Number(milliseconds);
  const days = Math.floor(at / dayMilliseconds);
  const rest = at - days * dayMilliseconds;
  if (kind === 'date' && rest !== 0) return { problem: 'is a time of a day, not a day' };
  const of = kind === 'date' || kind === 'timestamp' ? kind : 'timestamptz';
  return { text: instantText(of, { days, micros: rest * 1_000 }) };
}

/** What a service takes for a cell of another system. */
export function jsonOf(
  field: SapField,
  version: Version,
  from: FieldType,
  cell: Cell,
): { json: Json } | { problem: string } {
  if (cell === null) {
    return field.isNullable ? { json: null } : { problem: 'must not be empty' };
  }
  const given = toJson(from, cell);
  const read = fromJson(field.type, typeof given === 'number' ? String(given) : given);
  if ('problem' in read) return read;
  if (read.text === null) return { json: null };
  const fault = faultIn(field, read.text);
  if (fault !== undefined) return { problem: fault };
  return { json: version === 'v2' ? jsonV2(field, read.text) : jsonV4(field, read.text) };
}

/** What a service would cut, or cannot say. */
function faultIn({ type, fraction, edm }: SapField, text: string): string | undefined {
  if (/^(date|timestamp|timestamptz)$/.test(type.kind)) {
    if (!/^\d{4}-[^B]*$/.test(text)) return 'is a time that SAP does not hold';
    const [, digits = ''] = /\.(\d+)/.exec(text) ?? [];
    if (digits.length > fraction) return `has more than ${fraction} digits behind the seconds`;
  }
  if (edm === 'Edm.Byte' && !(Number(text) >= 0 && Number(text) <= 255)) return 'is no byte';
  if (edm === 'Edm.SByte' && Math.abs(Number(text) + 0.5) > 128) return 'is no byte with a sign';
  return /^(numeric|float\d)$/.test(type.kind) && !/^-?\d/.test(text)
    ? 'is no number that SAP holds'
    : undefined;
}

function jsonV2({ type }: SapField, text: string): Json {
  switch (type.kind) {
    case 'boolean':
    case 'int2':
    case 'int4':
    case 'bytea':
    case 'jsonb':
      return toJson(type, text);
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return `/Date(${millisecondsOf(type.kind, text)}${type.kind === 'timestamptz' ? '+0000' : ''})/`;
    case 'time':
      return durationOf(text);
    default:
      return text;
  }
}

function jsonV4({ type }: SapField, text: string): Json {
  switch (type.kind) {
    case 'boolean':
    case 'jsonb':
      return toJson(type, text);
    case 'int2':
    case 'int4':
    case 'int8':
    case 'numeric':
    case 'float4':
    case 'float8':
      return JSON.rawJSON(text) as unknown as Json;
    case 'bytea':
      return Buffer.from(text.slice(2), 'hex').toString('base64url');
    case 'timestamptz':
      return isoOf(text);
    default:
      return text;
  }
}

/**
 * A value as it stands in a filter and in a key; nothing where it cannot be said exactly.
 * https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html
 */
export function literalOf(field: SapField, version: Version, text: string): string | undefined {
  const isV2 = version === 'v2';
  const isTimed = /^\d{4}-[^B]*$/.test(text);
  switch (field.edm) {
    case 'Edm.String':
      return `'${text.replaceAll("'", "''")}'`;
    case 'Edm.Boolean':
      return text === 't' ? 'true' : 'false';
    case 'Edm.Byte':
    case 'Edm.SByte':
    case 'Edm.Int16':
    case 'Edm.Int32':
      return text;
    case 'Edm.Int64':
      return isV2 ? `${text}L` : text;
    case 'Edm.Decimal':
      return /^-?\d/.test(text) ? (isV2 ? `${text}M` : text) : undefined;
    case 'Edm.Guid':
      return isV2 ? `guid'${text}'` : text;
    case 'Edm.Date':
      return isTimed ? text : undefined;
    case 'Edm.DateTime':
      if (!isTimed) return undefined;
      return `datetime'${field.type.kind === 'date' ? `${text}T00:00:00` : isoOf(text)}'`;
    case 'Edm.DateTimeOffset':
      if (!isTimed) return undefined;
      return isV2 ? `datetimeoffset'${isoOf(text)}'` : isoOf(text);
    case 'Edm.Time':
      return `time'${durationOf(text)}'`;
    case 'Edm.TimeOfDay':
      return text;
    default:
      return undefined;
  }
}

function isoOf(text: string): string {
  return text.replace(' ', 'T').replace(/\+00$/, 'Z');
}

function durationOf(time: string): string {
  const [hours, minutes, seconds] = time.split(':');
  return `PT${hours}H${minutes}M${seconds}S`;
}

function millisecondsOf(kind: 'date' | 'timestamp' | 'timestamptz', text: string): number {
  const read = readInstant(kind, text);
  return 'problem' in read ? Number.NaN : read.days * dayMilliseconds + read.micros / 1_000;
}
