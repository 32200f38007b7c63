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

/** None of a new record whose key is not written: the database makes it. */
function keyOf({ operation, key, fields }: ApplyRequest): readonly string[] {
  const isWritten = key.every((name) => fields.some((field) => field.name === name));
  return operation === 'insert' && !isWritten ? [] : key;
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
  write: (rows: readonly Row[]) => Promise<Written>,
): Promise<ApplyResult[]> {
  if (!makesRecords(request)) return applyEach(request, (row) => write([row]));
  const { rejected } = await write(request.rows);
  const reasons = new Map(rejected.map(({ index, reason }) => [index, reason]));
  const idOf = idsOf(request);
  return request.rows.map((row, index) => {
    const error = reasons.get(index);
    return error === undefined ? idOf(row) : { error };
  });
}

/** Each record by itself. */
export async function applyEach(
  request: ApplyRequest,
  write: (row: Row) => Promise<Written>,
): Promise<ApplyResult[]> {
  const idOf = idsOf(request);
  const results: ApplyResult[] = [];
  for (const row of request.rows) {
    const { written, rejected } = await write(row);
    const error = rejected[0]?.reason;
    if (error !== undefined) results.push({ error });
    else results.push(written === 0 && !makesRecords(request) ? missing : idOf(row));
  }
  return results;
}

function idsOf(request: ApplyRequest): (row: Row) => ApplyResult {
  const { fields } = request;
  const places = keyOf(request).map((name) => fields.findIndex((field) => field.name === name));
  return (row) => {
    const id = places.map((place) => row[place]).join(',');
    return id === '' ? {} : { id };
  };
}
