import { matchName } from '../../conventions/names.ts';
import type { Field, Plan, WriteRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { additions, keyColumns, marksDeleted, refuseUnfilled } from '../sql/columns.ts';
import { ownNames, quote, refuseTwins } from '../sql/names.ts';
import { findTable, type Place, placeFor, type Table } from './catalogue.ts';
import type { Link } from './link.ts';
import { folded, literal, quoteIn } from './names.ts';
import { declare, type Native, parseNative } from './types.ts';

/** Of the columns beside those of the fields. */
const additionTypes = { moment: 'TIMESTAMP_TZ', run: 'VARCHAR' };

/** A field of the rows, and the column that it goes to. */
export type Slot = {
  readonly field: string;
  readonly column: string;
  readonly type: Field['type'];
  readonly native: Native;
  readonly declared: string;
  readonly isKey: boolean;
  readonly isNullable: boolean;
  readonly isWritten: true;
};

/** Further columns that are written, each with the expression of its value. */
export type Constants = Readonly<Record<string, string>>;

/** Of the column that marks records which are gone. */
export const notDeleted = 'to_timestamp_tz(null)';

export type Target = {
  /** All of these are quoted, with database and schema. */
  readonly table: string;
  readonly stage: string;
  readonly state: string;
  readonly slots: readonly Slot[];
  /** Where it stands since when a record is gone, for those that are kept. */
  readonly mark: string | undefined;
  readonly constants: Constants;
  readonly plan: Plan;
};

/** Finds where rows go to, and what has to be made for them first. @throws ConnectorError */
export async function targetOf(
  link: Link,
  place: Place,
  request: WriteRequest,
  makesRecords = true,
): Promise<Target> {
  const found = await findTable(link, place, request.object);
  const { schema, name, isNew } = found
    ? { ...found, isNew: false }
    : await placeFor(link, place, request.object);
  if (/^heddle_state$/i.test(name)) {
    const message = 'HEDDLE_STATE is where positions are kept.';
    throw new ConnectorError('request', message, { field: 'object' });
  }
  const slots = slotsOf(request, found);
  if (found && makesRecords) refuseUnfilled(columnsOf(found), slots);
  const columnOf = (own: string) => {
    return matchName(found?.columns.map((one) => one.name) ?? [], own) ?? folded(own);
  };
  const mark = marksDeleted(request) ? columnOf('deleted_at') : undefined;
  const table = quoteIn(place.database, schema, name);
  const statements = found
    ? changesOf(table, found, slots, request)
    : [
        ...(isNew ? [`create schema if not exists ${quoteIn(place.database, schema)}`] : []),
        creation(table, slots, request),
      ];
  return {
    table,
    stage: quoteIn(place.database, schema, ownNames(request.state.syncId).stage),
    state: quoteIn(place.database, schema, 'HEDDLE_STATE'),
    slots,
    mark,
    constants: constantsOf(request, mark, columnOf),
    plan: { statements, skipped: [] },
  };
}

function slotsOf(request: WriteRequest, found: Table | undefined): Slot[] {
  const names = found?.columns.map(({ name }) => name) ?? [];
  const slots = request.fields.map((field): Slot => {
    const name = matchName(names, field.name);
    const column = found?.columns.find((one) => one.name === name);
    const declared = column?.nativeType ?? declare(field);
    const isKey = request.key.includes(field.name);
    return {
      ...{ field: field.name, column: name ?? folded(field.name), type: field.type, declared },
      native: column?.native ?? parseNative(declared),
      ...{ isKey, isNullable: column?.isNullable ?? !isKey, isWritten: true },
    };
  });
  const columns = new Map(slots.map((slot) => [slot.field, slot.column]));
  refuseTwins([...columns.keys()], (field) => columns.get(field) ?? field);
  keyColumns(slots, request);
  return slots;
}

function columnsOf({ columns }: Table) {
  return columns.map((column) => ({ ...column, isGenerated: false }));
}

function creation(table: string, slots: readonly Slot[], request: WriteRequest): string {
  const keys = keyColumns(slots, request).map(quote);
  return `create table if not exists ${table} (\n  ${[
    ...slots.map(({ column, declared, isKey }) => {
      return `${quote(column)} ${declared}${isKey ? ' not null' : ''}`;
    }),
    ...additions(request, additionTypes).map(([name, type]) => `${quote(folded(name))} ${type}`),
    ...(keys.length > 0 ? [`primary key (${keys.join(', ')})`] : []),
  ].join(',\n  ')}\n)`;
}

/** @throws ConnectorError for a view, and for a column that is not there and may not be added */
function changesOf(
  table: string,
  found: Table,
  slots: readonly Slot[],
  request: WriteRequest,
): string[] {
  if (found.isView) {
    const message = `"${found.name}" is a view: nothing is written to it.`;
    throw new ConnectorError('request', message, { field: 'object' });
  }
  const names = found.columns.map(({ name }) => name);
  const missing = slots.filter(({ column }) => !names.includes(column));
  if (missing[0] && request.onSchemaChange !== 'add') {
    const message = `The destination has no column "${missing[0].field}".`;
    throw new ConnectorError('request', message, { field: 'records' });
  }
  const added = additions(request, additionTypes)
    .filter(([name]) => matchName(names, name) === undefined)
    .map(([name, type]) => [folded(name), type] as const);
  const columns = [...missing.map(({ column, declared }) => [column, declared] as const), ...added];
  return columns.map(([name, type]) => `alter table ${table} add column ${quote(name)} ${type}`);
}

function constantsOf(
  { metadata, state }: WriteRequest,
  mark: string | undefined,
  columnOf: (name: string) => string,
): Constants {
  return {
    ...(metadata
      ? {
          [columnOf('_heddle_synced_at')]: 'current_timestamp()',
          [columnOf('_heddle_run_id')]: literal(state.runId),
        }
      : {}),
    ...(mark === undefined ? {} : { [mark]: notDeleted }),
  };
}
