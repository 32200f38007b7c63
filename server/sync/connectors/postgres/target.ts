import { matchName } from '../../conventions/names.ts';
import type { Field, Plan, WriteRequest } from '../connector.ts';
import { additions, isFilled, keyColumns, missingColumn, refuseUnfilled } from '../sql/columns.ts';
import { ownNames, quote, refuseOwn, refuseTwins, splitName } from '../sql/names.ts';
import { findTable, type Table } from './catalogue.ts';
import type { Link } from './link.ts';
import { storedName } from './names.ts';
import { declare, isFiner, rareNames, widerThan } from './types.ts';

/** Of the columns beside those of the fields. */
const additionTypes = { moment: 'timestamptz', run: 'text' };

/** A field of the rows, and the column that it goes to. */
export type Slot = {
  readonly field: string;
  readonly column: string;
  readonly isKey: boolean;
  readonly isNullable: boolean;
  /** Undefined where the destination computes it. */
  readonly isWritten: boolean;
  readonly isIdentity: boolean;
  readonly native: string;
  /** The type by which it is compared with what the column makes of it. */
  readonly wider: string | undefined;
};

export type Target = {
  readonly schema: string;
  readonly name: string;
  /** Quoted, with its schema. */
  readonly table: string;
  /** Where rows wait until they replace it, and the keys that a mirror has seen; quoted. */
  readonly stage: string;
  readonly seen: string;
  readonly slots: readonly Slot[];
  /** Every column gets a value, and nothing else follows from a deletion. */
  readonly isRewritable: boolean;
  readonly plan: Plan;
};

/** Finds where rows go to, and what has to be made for them first. @throws ConnectorError */
export async function targetOf(
  link: Link,
  request: WriteRequest,
  makesRecords = true,
): Promise<Target> {
  const found = await findTable(link, request.object);
  const { schema, name } = found ?? (await placeFor(link, request.object));
  refuseOwn(name);
  const table = `${quote(schema)}.${quote(name)}`;
  const known = await knownTypes(link, request.fields);
  const slots = request.fields.map((field) => slotOf(field, request, found, known));
  refuseTwins(
    slots.map(({ field }) => field),
    (field) => slots.find((slot) => slot.field === field)?.column ?? field,
  );
  if (found && makesRecords) refuseUnfilled(found.columns, slots);
  const statements = found
    ? await changesOf(link, table, found, slots, request)
    : creation(schema, table, slots, request);
  const own = ownNames(request.state.syncId);
  return {
    schema,
    name,
    table,
    stage: `${quote(schema)}.${quote(own.stage)}`,
    seen: `${quote(schema)}.${quote(own.seen)}`,
    slots,
    isRewritable:
      found !== undefined &&
      isFilled(found.columns, slots, request) &&
      !(await hasFollowers(link, found)),
    plan: { statements, skipped: slots.filter((one) => !one.isWritten).map(({ field }) => field) },
  };
}

/** Where a table would be made. */
export async function placeFor(
  link: Link,
  object: string,
): Promise<{ schema: string; name: string }> {
  const { schema, table } = splitName(object);
  const { rows } = await link.query('select current_schema()');
  return {
    schema: storedName(schema ?? rows[0]?.[0] ?? 'public'),
    name: storedName(table),
  };
}

/** How this database spells the types that not every database has. */
async function knownTypes(link: Link, fields: readonly Field[]): Promise<Map<string, string>> {
  const names = [...new Set(fields.flatMap(({ type }) => rareNames(type)))];
  if (names.length === 0) return new Map();
  const { rows } = await link.query(
    `select name, pg_catalog.format_type(t.oid, null) from unnest($1::text[]) as name
     join pg_catalog.pg_type t on t.oid = pg_catalog.to_regtype(name) where t.typtype <> 'p'`,
    [names],
  );
  return new Map(rows as [string, string][]);
}

function slotOf(
  field: Field,
  { key }: WriteRequest,
  found: Table | undefined,
  known: ReadonlyMap<string, string>,
): Slot {
  const stored = storedName(field.name);
  const name = matchName(found?.columns.map((one) => one.name) ?? [], stored);
  const column = found?.columns.find((one) => one.name === name);
  return {
    field: field.name,
    column: column?.name ?? stored,
    isKey: key.includes(field.name),
    isNullable: column ? column.isNullable : !key.includes(field.name),
    isWritten: !column?.isGenerated,
    isIdentity: column?.isIdentity ?? false,
    native: column?.nativeType ?? declare(field.type, known),
    wider: column
      ? widerThan({ type: column.type, native: column.nativeType }, field)
      : isFiner(field)
        ? 'text'
        : undefined,
  };
}

function creation(
  schema: string,
  table: string,
  slots: readonly Slot[],
  request: WriteRequest,
): string[] {
  const columns = slots.map(({ column, native }) => `${quote(column)} ${native}`);
  const keys = keyColumns(slots, request);
  return [
    `create schema if not exists ${quote(schema)}`,
    `create table if not exists ${table} (\n  ${[
      ...columns,
      ...additions(request, additionTypes).map(([name, type]) => `${quote(name)} ${type}`),
      ...(keys.length > 0 ? [`primary key (${keys.map(quote).join(', ')})`] : []),
    ].join(',\n  ')}\n)`,
  ];
}

async function changesOf(
  link: Link,
  table: string,
  found: Table,
  slots: readonly Slot[],
  request: WriteRequest,
): Promise<string[]> {
  const has = (name: string) => found.columns.some((column) => column.name === name);
  const missing = slots.filter(({ column }) => !has(column));
  if (missing[0] && request.onSchemaChange !== 'add') {
    throw missingColumn(missing[0].column);
  }
  const added = [
    ...missing.map(({ column, native }) => [column, native] as [string, string]),
    ...additions(request, additionTypes).filter(([name]) => !has(name)),
  ];
  const columns = added.map(
    ([name, native]) => `alter table ${table} add column if not exists ${quote(name)} ${native}`,
  );
  const keys = keyColumns(slots, request);
  const isKeyed = keys.length === 0 || (await hasUniqueIndex(link, found.id, keys));
  if (isKeyed || request.mode === 'append') return columns;
  return [...columns, `create unique index on ${table} (${keys.map(quote).join(', ')})`];
}

/** Whether something else follows from a deletion, or goes with it. */
async function hasFollowers(link: Link, { id }: Table): Promise<boolean> {
  const { rows } = await link.query(
    `select from pg_catalog.pg_constraint where contype = 'f' and confrelid = $1
     union all select from pg_catalog.pg_trigger where tgrelid = $1 and not tgisinternal`,
    [id],
  );
  return rows.length > 0;
}

async function hasUniqueIndex(link: Link, table: string, keys: readonly string[]) {
  const { rows } = await link.query(
    `select from pg_catalog.pg_index i
     where i.indrelid = $1 and i.indisunique and i.indisvalid and i.indimmediate
       and i.indpred is null and i.indexprs is null
       and (select array_agg(a.attname::text order by a.attname::text collate "C")
            from unnest(i.indkey::int2[]) with ordinality as part (number, place)
            join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = part.number
            where part.place <= i.indnkeyatts)
         = (select array_agg(name order by name collate "C") from unnest($2::text[]) as name)`,
    [table, keys],
  );
  return rows.length > 0;
}
