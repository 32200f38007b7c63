import type { Field } from '../connector.ts';
import { type Place, requireTable } from './catalogue.ts';
import type { Column as Told } from './driver.ts';
import type { Link } from './link.ts';
import { fieldTypeOf, type Native, nativeText } from './types.ts';

export type SourceField = Field & { readonly native: Native };

/** What is read from: a table, a view or a query. */
export type Source = {
  /** As it stands behind `from`. */
  readonly from: string;
  readonly fields: readonly SourceField[];
  readonly estimate: number;
};

/** As the driver calls them. */
const words: Readonly<Record<string, string>> = { FIXED: 'NUMBER', REAL: 'FLOAT' };

/** @throws ConnectorError */
export async function sourceOf(
  link: Link,
  place: Place,
  asked: { object?: string; query?: string },
): Promise<Source> {
  if (asked.query === undefined) {
    const { quoted, columns, count } = await requireTable(link, place, asked.object ?? '');
    return { from: quoted, fields: columns, estimate: count };
  }
  const from = `(${asked.query.trim().replace(/;\s*$/, '')}\n) as asked`;
  const columns = await link.columns(`select * from ${from}`);
  return { from, fields: columns.map(fieldOf), estimate: 0 };
}

function fieldOf(column: Told): SourceField {
  const word = column.getType().toUpperCase();
  const native = {
    word: words[word] ?? word,
    length: undefined,
    precision: column.getPrecision() ?? undefined,
    scale: column.getScale() ?? undefined,
  };
  return {
    ...{
      name: column.getName(),
      type: fieldTypeOf(native),
      nativeType: nativeText(native),
      native,
    },
    ...{ isNullable: true, isWritable: false },
  };
}
