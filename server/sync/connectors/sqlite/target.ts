import { matchName } from '../../conventions/names.ts';
import type { Field, Plan, WriteRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { additions, keyColumns, missingColumn, refuseUnfilled } from '../sql/columns.ts';
import { ownNames, quote, refuseOwn, refuseTwins } from '../sql/names.ts';
import { findTable, type Table } from './catalogue.ts';
import type { Column } from './cells.ts';
import type { Link } from './link.ts';
import { affinityOf, declare } from './types.ts';

/** Of the columns beside those of the fields. */
const additionTypes = { moment: 'TEXT', run: 'TEXT' };

export type Slot = Column & {
  readonly field: string;
  readonly name: string;
  readonly declared: string;
  readonly isKey: boolean;
  /** False where the destination computes it. */
  readonly isWritten: boolean;
};

export type Target = {
  /** Quoted. */
  readonly table: string;
  readonly stage: string;
  readonly seen: string;
  readonly slots: readonly Slot[];
  readonly plan: Plan;
};

/** Finds where rows go to, and what has to be made for them first. @throws ConnectorError */
export async function targetOf(
  link: Link,
  request: WriteRequest,
  makesRecords = true,
): Promise<Target> {
  const found = await findTable(link, request.object);
  const name = found?.name ?? request.object;
  refuseOwn(name);
  const slots = request.fields.map((field) => slotOf(field, request, found));
  const columns = new Map(slots.map((slot) => [slot.field, slot.name.toLowerCase()]));
  refuseTwins(
    slots.map(({ field }) => field),
    (field) => columns.get(field) ?? field,
  );
  if (found && makesRecords) refuseUnfilled(found.columns, placed(slots));
  const table = quote(name);
  const own = ownNames(request.state.syncId);
  const statements = found
    ? await changesOf(link, found, slots, request)
    : [creation(table, slots, request)];
  return {
    table,
    stage: quote(own.stage),
    seen: quote(own.seen),
    slots,
    plan: { statements, skipped: slots.filter((one) => !one.isWritten).map(({ field }) => field) },
  };
}

function slotOf(field: Field, { key }: WriteRequest, found: Table | undefined): Slot {
  const name = matchName(found?.columns.map((one) => one.name) ?? [], field.name);
  const column = found?.columns.find((one) => one.name === name);
  const declared = column?.nativeType ?? declare(field.type);
  return {
    field: field.name,
    name: name ?? field.name,
    type: field.type,
    declared,
    affinity: affinityOf(declared),
    isKey: key.includes(field.name),
    isWritten: !column?.isGenerated,
  };
}

function creation(table: string, slots: readonly Slot[], request: WriteRequest): string {
  const keys = keyColumns(placed(slots), request);
  return `create table if not exists ${table} (\n  ${[
    ...slots.map(({ name, declared, isKey }) => {
      return `${quote(name)} ${declared}${isKey ? ' not null' : ''}`;
    }),
    ...additions(request, additionTypes).map(([name, type]) => `${quote(name)} ${type}`),
    ...(keys.length > 0 ? [`primary key (${keys.map(quote).join(', ')})`] : []),
  ].join(',\n  ')}\n)`;
}

async function changesOf(
  link: Link,
  found: Table,
  slots: readonly Slot[],
  request: WriteRequest,
): Promise<string[]> {
  if (found.kind === 'view') {
    throw new ConnectorError('request', `"${found.name}" is a view: nothing is written to it.`, {
      field: 'object',
    });
  }
  const has = (name: string) =>
    found.columns.some((column) => column.name.toLowerCase() === name.toLowerCase());
  const missing = slots.filter(({ name }) => !has(name));
  if (missing[0] && request.onSchemaChange !== 'add') {
    throw missingColumn(missing[0].name);
  }
  const table = quote(found.name);
  const columns = [
    ...missing.map(({ name, declared }) => [name, declared]),
    ...additions(request, additionTypes).filter(([name]) => !has(name)),
  ].map(([name = '', type]) => `alter table ${table} add column ${quote(name)} ${type}`);
  const keys = keyColumns(placed(slots), request);
  if (request.mode === 'append' || keys.length === 0) return columns;
  if (await hasUniqueIndex(link, found, keys)) return columns;
  const index = quote(`${found.name}_${keys.join('_')}_key`);
  return [
    ...columns,
    `create unique index if not exists ${index} on ${table} (${keys.map(quote).join(', ')})`,
  ];
}

async function hasUniqueIndex(link: Link, { name, key }: Table, keys: readonly string[]) {
  const sorted = [...keys].sort().join('\0');
  if ([...key].sort().join('\0') === sorted) return true;
  const rows = await link.all(
    `select i.name, c.name from pragma_index_list(?) i join pragma_index_info(i.name) c
     where i."unique" = 1 and i.partial = 0`,
    [name],
  );
  const indexes = Map.groupBy(rows, ([index]) => index);
  return [...indexes.values()].some(
    (columns) =>
      columns
        .map(([, column]) => column)
        .sort()
        .join('\0') === sorted,
  );
}

function placed(slots: readonly Slot[]) {
  return slots.map(({ field, name, isWritten }) => ({ field, column: name, isWritten }));
}
