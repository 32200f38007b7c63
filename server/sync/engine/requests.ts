import type { ReadRequest, WriteRequest } from '../connectors/connector.ts';
import { isPart } from '../syncs/runs/part.ts';
import type { Assignment } from './assignment.ts';
import type { Route } from './planning.ts';
import type { Claim } from './store.ts';

const batchRows = 20_000;
const batchBytes = 4 * 2 ** 20;

/** What a run reads, from the beginning. */
export function readRequest(
  { run, begun: { definition } }: Pick<Assignment, 'run' | 'begun'>,
  { columns, sourceKey }: Route,
  signal: AbortSignal,
): ReadRequest {
  const { object, query } = definition.source;
  const { from, to, keys } = run.request;
  const part = keys ? { keys } : { ...(from ? { from } : {}), ...(to ? { to } : {}) };
  return {
    ...(object === null ? { query: query ?? '' } : { object }),
    fields: columns.map(({ source }) => source.name),
    types: new Map(columns.map(({ source }) => [source.name, source.type])),
    key: sourceKey,
    ...(definition.cursor_field === null ? {} : { cursorField: definition.cursor_field }),
    ...(definition.cursor_overlap === null ? {} : { overlapSeconds: definition.cursor_overlap }),
    ...(isPart(run.request) ? { part } : {}),
    batchBytes,
    batchRows: definition.batch_size ?? batchRows,
    signal,
  };
}

/** What a run writes. A part keeps a position of its own. */
export function writeRequest(
  { runId, syncId, fence }: Claim,
  { run, begun: { definition } }: Pick<Assignment, 'run' | 'begun'>,
  { mode, key }: Route,
  more: { adds: boolean } & Pick<WriteRequest, 'fields' | 'isAnew' | 'signal'>,
): WriteRequest {
  const { adds, ...given } = more;
  const { destination } = definition;
  return {
    ...given,
    object: destination.object,
    key,
    mode,
    delete: destination.delete,
    onSchemaChange: adds ? 'add' : 'ignore',
    metadata: destination.metadata,
    state: { syncId: isPart(run.request) ? runId : syncId, runId, fence },
  };
}
