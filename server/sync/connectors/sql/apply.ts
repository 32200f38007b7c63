import type { Row } from '../../values/types.ts';
import type { ApplyRequest, ApplyResult, WriteRequest, Written } from '../connector.ts';
import { ConnectorError } from '../failure.ts';

export function makesRecords({ operation }: ApplyRequest): boolean {
  return operation === 'insert' || operation === 'upsert';
}

/** What a run would ask, to find where records go that are written one by one. */
export function asWriteRequest({ object, fields, key, operation }: ApplyRequest): WriteRequest {
  return {
    ...{ object, fields, key, delete: 'hard', onSchemaChange: 'ignore', metadata: false },
    mode: operation === 'upsert' ? 'upsert' : 'append',
    state: { syncId: '', runId: '', fence: 0 },
    isAnew: false,
    signal: new AbortController().signal,
  };
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

/** Each record by itself. */
export async function applyEach(
  request: ApplyRequest,
  write: (row: Row) => Promise<Written>,
): Promise<ApplyResult[]> {
  const { key, fields, rows } = request;
  const places = key.map((name) => fields.findIndex((field) => field.name === name));
  const results: ApplyResult[] = [];
  for (const row of rows) {
    const { written, rejected } = await write(row);
    const id = places.map((place) => row[place]).join(',');
    const isMissing = written === 0 && !makesRecords(request);
    const error = rejected[0]?.reason ?? (isMissing ? 'There is no such record.' : undefined);
    results.push(error === undefined ? { ...(id === '' ? {} : { id }) } : { error });
  }
  return results;
}
