import type { FieldPacket } from 'mysql2';
import type { Field } from '../connector.ts';
import { requireTable } from './catalogue.ts';
import type { Link } from './link.ts';
import { literal, quoteIn } from './names.ts';
import { type Native, parseNative } from './native.ts';
import { fieldTypeOf } from './types.ts';

export type SourceField = Field & { readonly native: Native };

/** What is read from: a table, a view or a query. */
export type Source = {
  /** As it stands behind `from`. */
  readonly from: string;
  readonly fields: readonly SourceField[];
  /** Columns that tell rows apart, as the table itself compares them. */
  readonly uniques: readonly (readonly string[])[];
  readonly estimate: number;
};

/** @throws ConnectorError */
export async function sourceOf(
  link: Link,
  asked: { object?: string; query?: string },
): Promise<Source> {
  if (asked.query !== undefined) {
    const from = `(${asked.query.trim().replace(/;\s*$/, '')}\n) as asked`;
    const columns = await link.columns(`select * from ${from}`);
    return { from, fields: columns.map(fieldOf), uniques: [], estimate: 0 };
  }
  const { schema, name, columns, uniques } = await requireTable(link, asked.object ?? '');
  const from = quoteIn(schema, name);
  const isWhole = (names: readonly string[]) =>
    names.every((one) => columns.some((column) => column.name === one && !column.isNullable));
  const [row] = await link.query(
    `select table_rows from information_schema.tables
     where table_schema = ${literal(schema)} and table_name = ${literal(name)}`,
  );
  return {
    from,
    fields: columns,
    uniques: uniques.filter(isWhole),
    estimate: Number(row?.[0] ?? 0),
  };
}

const plain: Readonly<Record<number, string>> = {
  1: 'tinyint',
  2: 'smallint',
  3: 'int',
  4: 'float',
  5: 'double',
  8: 'bigint',
  9: 'mediumint',
  13: 'year',
  10: 'date',
  245: 'json',
  255: 'geometry',
};
const timed: Readonly<Record<number, string>> = { 7: 'timestamp', 11: 'time', 12: 'datetime' };
const decimals = [0, 246];
const texts = [15, 253, 254];
const unsigned = 32;
const binary = 63;
const characterBytes = 4;

/** The type that the protocol tells, in the words of a declaration. */
function nativeOf({ columnType = 253, columnLength = 0, decimals: places = 0, ...packet }: Told) {
  const sign = Number(packet.flags ?? 0) & unsigned ? ' unsigned' : '';
  if (columnType === 1 && columnLength === 1) return 'tinyint(1)';
  const word = plain[columnType];
  if (word !== undefined) return `${word}${/int|float|double/.test(word) ? sign : ''}`;
  const time = timed[columnType];
  if (time !== undefined) return places > 0 && places < 7 ? `${time}(${places})` : time;
  if (decimals.includes(columnType)) {
    const extra = (sign === '' ? 1 : 0) + (places > 0 ? 1 : 0);
    return `decimal(${columnLength - extra},${places})`;
  }
  if (columnType === 16) return `bit(${columnLength})`;
  const isBytes = packet.characterSet === binary;
  if (!texts.includes(columnType)) return isBytes ? 'longblob' : 'longtext';
  if (isBytes) return `varbinary(${columnLength})`;
  return `varchar(${Math.floor(columnLength / characterBytes)})`;
}

type Told = Pick<FieldPacket, 'name' | 'columnLength' | 'decimals'> & {
  columnType?: number | undefined;
  characterSet?: number | undefined;
  flags?: unknown;
};

function fieldOf(packet: FieldPacket): SourceField {
  const nativeType = nativeOf(packet as Told);
  return {
    name: packet.name,
    type: fieldTypeOf(nativeType),
    nativeType,
    native: parseNative(nativeType) as Native,
    isNullable: true,
    isWritable: false,
  };
}
