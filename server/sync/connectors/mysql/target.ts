import { matchName } from '../../conventions/names.ts';
import type { Field, Plan, WriteRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { additions, isFilled, keyColumns, missingColumn, refuseUnfilled } from '../sql/columns.ts';
import { refuseOwn, refuseTwins, splitName } from '../sql/names.ts';
import { findSchema, findTable, type Table } from './catalogue.ts';
import type { Link } from './link.ts';
import { columnName, literal, quote, quoteIn, tableName } from './names.ts';
import { type Native, parseNative } from './native.ts';
import { type OwnTables, ownTables } from './own.ts';
import { abilitiesOf, packetBytesOf } from './server.ts';
import { type Abilities, Declaring } from './types.ts';

/** Of the columns beside those of the fields. */
const additionTypes = { moment: 'datetime(6)', run: 'varchar(255)' };

/** A field of the rows, and the column that it goes to. */
export type Slot = {
  readonly field: string;
  readonly column: string;
  readonly type: Field['type'];
  readonly native: Native;
  /** With all that it needs to be made again. */
  readonly declared: string;
  readonly isKey: boolean;
  readonly isNullable: boolean;
  /** False where the destination computes it. */
  readonly isWritten: boolean;
};

export type Target = {
  readonly schema: string;
  readonly name: string;
  /** Quoted, with its database. */
  readonly table: string;
  /** What the run makes for itself beside it. */
  readonly own: OwnTables;
  readonly slots: readonly Slot[];
  /** Every column gets a value, and nothing else follows from a deletion. */
  readonly isRewritable: boolean;
  /** What a statement may have at most. */
  readonly packetBytes: number;
  readonly plan: Plan;
};

/** Finds where rows go to, and what has to be made for them first. @throws ConnectorError */
export async function targetOf(
  link: Link,
  request: WriteRequest,
  makesRecords = true,
): Promise<Target> {
  const found = await findTable(link, request.object);
  const place = found ?? (await placeFor(link, request.object));
  const { schema, name } = place;
  refuseOwn(name);
  const table = quoteIn(schema, name);
  const slots = slotsOf(request, found, await abilitiesOf(link));
  refuseTwins(
    slots.map(({ field }) => field),
    (field) => slots.find((slot) => slot.field === field)?.column.toLowerCase() ?? field,
  );
  if (found) await refuseUnsafe(link, found);
  if (found && makesRecords) refuseUnfilled(found.columns, slots);
  const statements = found
    ? changesOf(table, found, slots, request)
    : creation({ ...place, table }, slots, request);
  return {
    schema,
    name,
    table,
    own: ownTables(schema, request.state),
    slots,
    isRewritable:
      found !== undefined &&
      isFilled(found.columns, slots, request) &&
      !(await hasFollowers(link, found)),
    packetBytes: await packetBytesOf(link),
    plan: { statements, skipped: slots.filter((one) => !one.isWritten).map(({ field }) => field) },
  };
}

type Made = { readonly schema: string; readonly name: string; readonly isNewSchema?: boolean };

/** Where a table would be made. */
export async function placeFor(link: Link, object: string): Promise<Made> {
  const { schema, table } = splitName(object);
  if (schema === undefined) {
    const [row] = await link.query('select database()');
    return { schema: row?.[0] ?? '', name: tableName(table) };
  }
  const found = await findSchema(link, schema);
  const name = tableName(table);
  return { schema: found ?? tableName(schema), name, isNewSchema: found === undefined };
}

function slotsOf(
  { fields, key }: WriteRequest,
  found: Table | undefined,
  abilities: Abilities,
): Slot[] {
  const declaring = new Declaring(abilities, fields, key);
  const names = found?.columns.map(({ name }) => name) ?? [];
  return fields.map((field) => {
    const stored = columnName(field.name);
    const name = matchName(names, stored);
    const column = found?.columns.find((one) => one.name === name);
    const isKey = key.includes(field.name);
    const declared = column?.declared ?? declaring.declare(field, isKey);
    const type = (column?.nativeType ?? declared).replace(/ character set .*/, '');
    return {
      field: field.name,
      column: name ?? stored,
      type: field.type,
      native: parseNative(type === 'json' && abilities.isMariadb ? 'longtext' : type) as Native,
      declared,
      isKey,
      isNullable: column?.isNullable ?? !isKey,
      isWritten: !column?.isGenerated,
    };
  });
}

function creation(
  { schema, table, isNewSchema }: Made & { table: string },
  slots: readonly Slot[],
  request: WriteRequest,
): string[] {
  const keys = keyColumns(slots, request);
  const lines = [
    ...slots.map(({ column, declared, isKey }) => {
      return `${quote(column)} ${declared} ${isKey ? 'not null' : 'null'}`;
    }),
    ...additions(request, additionTypes).map(([name, type]) => `${quote(name)} ${type} null`),
    ...(keys.length > 0 ? [`primary key (${keys.map(quote).join(', ')})`] : []),
  ];
  return [
    ...(isNewSchema ? [`create database if not exists ${quote(schema)}`] : []),
    `create table if not exists ${table} (\n  ${lines.join(',\n  ')}\n) engine = InnoDB character set utf8mb4`,
  ];
}

function changesOf(
  table: string,
  { columns, uniques }: Table,
  slots: readonly Slot[],
  request: WriteRequest,
): string[] {
  const has = (name: string) =>
    columns.some((column) => column.name.toLowerCase() === name.toLowerCase());
  const missing = slots.filter(({ column }) => !has(column));
  if (missing[0] && request.onSchemaChange !== 'add') {
    throw missingColumn(missing[0].column);
  }
  const added = [
    ...missing.map(({ column, declared }) => [column, declared] as const),
    ...additions(request, additionTypes).filter(([name]) => !has(name)),
  ].map(([name, type]) => `alter table ${table} add column ${quote(name)} ${type} null`);
  const keys = keyColumns(slots, request);
  if (request.mode === 'append' || keys.length === 0 || isUnique(uniques, keys)) return added;
  return [...added, `alter table ${table} add unique index (${keys.map(quote).join(', ')})`];
}

function isUnique(uniques: Table['uniques'], keys: readonly string[]): boolean {
  const sorted = [...keys].sort().join('\0');
  return uniques.some((columns) => [...columns].sort().join('\0') === sorted);
}

/** Whether something else follows from a change of the table, or goes with it. */
export async function hasFollowers(
  link: Link,
  { schema, name }: { schema: string; name: string },
): Promise<boolean> {
  const [one, other] = [literal(schema), literal(name)];
  const rows = await link.query(
    `select 1 from information_schema.key_column_usage
     where referenced_table_schema = ${one} and referenced_table_name = ${other}
     union all select 1 from information_schema.triggers
     where event_object_schema = ${one} and event_object_table = ${other} limit 1`,
  );
  return rows.length > 0;
}

/** @throws ConnectorError where a batch could be half written, or nothing can be */
async function refuseUnsafe(link: Link, { schema, name, kind }: Table): Promise<void> {
  if (kind === 'VIEW') {
    const message = `"${name}" is a view: nothing is written to it.`;
    throw new ConnectorError('request', message, { field: 'object' });
  }
  const [row] = await link.query(
    `select e.engine, e.transactions from information_schema.tables t
     join information_schema.engines e on e.engine = t.engine
     where t.table_schema = ${literal(schema)} and t.table_name = ${literal(name)}`,
  );
  if (row?.[1] === 'YES') return;
  const message = `The engine of "${name}" (${row?.[0]}) has no transactions; make it InnoDB.`;
  throw new ConnectorError('request', message, { field: 'object' });
}
