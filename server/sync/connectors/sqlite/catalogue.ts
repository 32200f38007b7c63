import { matchName } from '../../conventions/names.ts';
import type { Description, Field, ObjectName } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { type Relation, relationsIn } from '../relations.ts';
import { quote } from '../sql/names.ts';
import { notesTable } from '../sql/once.ts';
import type { Link } from './link.ts';
import { type Affinity, affinityOf, fieldTypeOf } from './types.ts';

export type Column = Field & {
  readonly affinity: Affinity;
  readonly isGenerated: boolean;
  readonly hasDefault: boolean;
};

export type Table = {
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly columns: readonly Column[];
  readonly key: readonly string[];
};

const known = `select name, type from sqlite_schema
  where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'
    and name not in ('heddle_state', '${notesTable}') and name not glob 'heddle_????????????????_s[te][ae][gen]*'`;
const growing = ['int8', 'numeric', 'date', 'timestamp', 'timestamptz'];

export async function listObjects(
  link: Link,
  asked: { search?: string; after?: string; limit: number },
): Promise<ObjectName[]> {
  const rows = await link.all(
    `${known} and (?1 = '' or instr(lower(name), lower(?1)) > 0) and name > ?2
     order by name limit ?3`,
    [asked.search ?? '', asked.after ?? '', BigInt(asked.limit)],
  );
  return rows.map(([name, kind]) => ({ name, kind }) as ObjectName);
}

export async function findTable(link: Link, asked: string): Promise<Table | undefined> {
  const rows = (await link.all(known)) as [string, 'table' | 'view'][];
  const names = rows.map(([name]) => name);
  const found = matchName(names, asked) ?? matchName(names, asked.replace(/^main\./i, ''));
  const row = rows.find(([name]) => name === found);
  if (!row) return undefined;
  const [name, kind] = row;
  const columns = await link.all(
    'select name, type, "notnull", dflt_value, pk, hidden from pragma_table_xinfo(?)',
    [name],
  );
  const keys = columns
    .filter(([, , , , place]) => (place as bigint) > 0n)
    .sort((a, b) => Number(a[4]) - Number(b[4]));
  return {
    name,
    kind,
    key: keys.map(([column]) => column as string),
    columns: columns
      .filter(([, , , , , hidden]) => hidden !== 1n)
      .map(([column, type, isNotNull, standard, place, hidden]) => {
        const declared = type as string;
        // It is the number of the row, and never null.
        const isRowNumber = place !== 0n && keys.length === 1 && /^integer$/i.test(declared);
        return {
          ...fieldOf(column as string, declared),
          isNullable: isNotNull === 0n && !isRowNumber,
          isWritable: hidden === 0n && kind === 'table',
          affinity: affinityOf(declared),
          isGenerated: hidden !== 0n,
          hasDefault: standard !== null || isRowNumber,
        };
      }),
  };
}

export function fieldOf(name: string, declared: string): Field {
  return {
    name,
    type: fieldTypeOf(declared),
    nativeType: declared,
    isNullable: true,
    isWritable: false,
  };
}

/** @throws ConnectorError */
export async function requireTable(link: Link, name: string): Promise<Table> {
  const table = await findTable(link, name);
  if (table) return table;
  throw new ConnectorError('missing', `There is no table or view "${name}".`);
}

/** By foreign keys; one that names no columns leads to the primary key. */
export async function relationsOf(link: Link, { name }: Table): Promise<Relation[]> {
  const rows = await link.all(
    `select f.id, f."from", f."table", coalesce(f."to", k.name) from pragma_foreign_key_list(?) f
     left join pragma_table_info(f."table") k on f."to" is null and k.pk = f.seq + 1
     order by f.id desc, f.seq`,
    [name],
  );
  return relationsIn(rows.map((row) => row.map(String) as [string, string, string, string]));
}

export function describeTable({ name, columns, key }: Table): Description {
  return {
    name,
    fields: columns.map(({ affinity: _, isGenerated, hasDefault, ...field }) => field),
    key,
    cursorFields: columns
      .filter(({ type }) => growing.includes(type.kind))
      .map((column) => column.name),
  };
}

/** By the bytes: the order of a column may call two names the same. */
export function ordered(column: string): string {
  return `${quote(column)} collate binary`;
}
