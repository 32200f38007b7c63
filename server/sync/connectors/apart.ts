import type { Cell } from '../values/types.ts';
import { Batch } from './batch.ts';
import type { Changes, Followed } from './changes.ts';
import type { ApplyRequest, Session, WriteRequest } from './connector.ts';
import { ConnectorError } from './failure.ts';
import type { Field } from './field.ts';

type Step = {
  readonly operation: ApplyRequest['operation'];
  readonly fields: readonly Field[];
  readonly of: Batch;
};
type Done = { count: number; missing: number; rejected: Followed['rejected'][number][] };

/** How many records a system is given at once. */
const groupRows = 1_000;

/**
 * Does what `Writer.follow` does where there are no transactions: each record is written by itself. When
 * something goes wrong, what was written stays; done once more, it comes to the same.
 * @throws ConnectorError for what the system cannot do, too
 */
export async function followApart(
  session: Pick<Session, 'apply'>,
  request: WriteRequest,
  changes: Changes,
): Promise<Followed> {
  refuseUnable(request, changes);
  const { fields, key } = request;
  const keys = Batch.ofRows(changes.deleted);
  const fieldsOf = (names: readonly string[]) =>
    names.flatMap((name) => fields.filter((field) => field.name === name));
  const does = (step: Step) => doStep(session, request, step);
  const deleted = await does({ operation: 'delete', fields: fieldsOf(key), of: keys });
  const written: Done[] = [];
  for (const { fields: names, batch: of } of changes.altered) {
    const isKeyOnly = names.every((name) => key.includes(name));
    written.push(
      isKeyOnly
        ? { count: 0, missing: of.count, rejected: [] }
        : await does({ operation: 'update', fields: fieldsOf(names), of }),
    );
  }
  written.push(await does({ operation: 'upsert', fields, of: changes.written }));
  return {
    written: written.reduce((sum, { count }) => sum + count, 0),
    skipped: written.reduce((sum, { missing }) => sum + missing, 0),
    deleted: deleted.count,
    rejected: [deleted, ...written].flatMap(({ rejected }) => rejected),
  };
}

function refuseUnable({ object, ...request }: WriteRequest, { isEmptied, deleted }: Changes): void {
  if (isEmptied) {
    const message = `The source was emptied at once, which is not repeated in "${object}": delete there what is to go, and run the sync with full_refresh.`;
    throw new ConnectorError('configuration', message);
  }
  if (request.delete === 'hard' || deleted.length === 0) return;
  const message = `What is gone cannot be marked in "${object}": set destination.delete to "hard", so that it is deleted.`;
  throw new ConnectorError('configuration', message, { field: 'destination.delete' });
}

async function doStep(
  session: Pick<Session, 'apply'>,
  request: WriteRequest,
  { operation, fields, of }: Step,
): Promise<Done> {
  const { object, key } = request;
  const own = operation === 'delete' ? [] : metadataOf(request);
  const asked = { object, operation, key, fields: [...fields, ...own.map(([field]) => field)] };
  const cells = own.map(([, cell]) => cell);
  const done: Done = { count: 0, missing: 0, rejected: [] };
  for (let from = 0; from < of.count; from += groupRows) {
    const group = of.rows.slice(from, from + groupRows);
    const rows = cells.length === 0 ? group : group.map((row) => [...row, ...cells]);
    const results = await session.apply({ ...asked, rows });
    for (const [at, { error, isMissing, isUnknown }] of results.entries()) {
      if (isUnknown) throw new ConnectorError('retry', error ?? '');
      if (error === undefined) done.count += 1;
      else if (isMissing && operation !== 'upsert') done.missing += 1;
      else done.rejected.push({ index: from + at, reason: error, of });
    }
  }
  return done;
}

function metadataOf({ metadata, state }: WriteRequest): [Field, Cell][] {
  if (!metadata) return [];
  const now = new Date().toISOString().replace('T', ' ').replace('Z', '+00');
  return [
    [fieldOf('_heddle_synced_at', 'timestamptz'), now],
    [fieldOf('_heddle_run_id', 'text'), state.runId],
  ];
}

function fieldOf(name: string, kind: 'timestamptz' | 'text'): Field {
  return { name, type: { kind }, nativeType: kind, isNullable: true, isWritable: true };
}
