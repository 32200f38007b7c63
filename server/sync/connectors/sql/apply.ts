import type { Row } from '../../values/types.ts';
import type { ApplyRequest, ApplyResult, WriteRequest, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { missing } from '../outcomes.ts';

export function makesRecords({ operation }: ApplyRequest): boolean {
  return operation === 'insert' || operation === 'upsert';
}

/** What a run would ask, to find where records go that are written one by one. */
export function asWriteRequest(request: ApplyRequest): WriteRequest {
  const { object, fields, operation } = request;
  return {
    ...{
      object,
      fields,
      key: keyOf(request),
      delete: 'hard',
      onSchemaChange: 'ignore',
      metadata: false,
    },
    mode: operation === 'upsert' ? 'upsert' : 'append',
    state: { syncId: '', runId: '', fence: 0 },
    isAnew: false,
    signal: new AbortController().signal,
  };
}

/** What was written of some rows, and the keys that the database made, by the places of the rows. */
export type Applied = Written & { readonly keys?: ReadonlyMap<number, Row> | undefined };

/** None of a new record whose key is not written: the database makes it. */
function keyOf(request: ApplyRequest): readonly string[] {
  return madeKey(request).length > 0 ? [] : request.key;
}

/** The fields of the key that the database has to be asked for, since it makes one of them. */
export function madeKey({ operation, key, fields, rows }: ApplyRequest): readonly string[] {
  const places = key.map((name) => fields.findIndex((field) => field.name === name));
  const isMade = places.some((place) => place < 0 || rows.some((row) => row[place] === null));
  return operation === 'insert' && isMade ? key : [];
}

/** Without one, an upsert would find no record again. @throws ConnectorError */
export function refuseKeyless(
  { operation, key }: ApplyRequest,
  name: string,
  changes: readonly string[],
): void {
  if (operation !== 'upsert' || changes.length === 0) return;
  const message = `"${name}" has no unique index on ${key.join(', ')}.`;
  throw new ConnectorError('request', message, { field: 'key' });
}

/** All records of an operation that makes them: who is far away is asked a few times, not for each. */
export async function applyTogether(
  request: ApplyRequest,
  write: (rows: readonly Row[]) => Promise<Applied>,
): Promise<ApplyResult[]> {
  if (!makesRecords(request)) return applyEach(request, (row) => write([row]));
  const { rejected, keys } = await write(request.rows);
  const reasons = new Map(rejected.map(({ index, reason }) => [index, reason]));
  const idOf = idsOf(request);
  return request.rows.map((row, index) => {
    const error = reasons.get(index);
    return error === undefined ? idOf(row, keys?.get(index)) : { error };
  });
}

/** Each record by itself. */
export async function applyEach(
  request: ApplyRequest,
  write: (row: Row) => Promise<Applied>,
): Promise<ApplyResult[]> {
  const idOf = idsOf(request);
  const results: ApplyResult[] = [];
  for (const row of request.rows) {
    const { written, rejected, keys } = await write(row);
    const error = rejected[0]?.reason;
    if (error !== undefined) results.push({ error });
    else if (written === 0 && !makesRecords(request)) results.push(missing);
    else results.push(idOf(row, keys?.get(0)));
  }
  return results;
}

function idsOf(request: ApplyRequest): (row: Row, made?: Row) => ApplyResult {
  const { fields, key } = request;
  const places = keyOf(request).map((name) => fields.findIndex((field) => field.name === name));
  return (row, made) => {
    const id = (made ?? places.map((place) => row[place])).join(',');
    const named = made && key.length > 1 ? key.map((name, at) => [name, made[at] ?? null]) : [];
    return {
      ...(id === '' ? {} : { id }),
      ...(named.length > 0 ? { key: Object.fromEntries(named) } : {}),
    };
  };
}
