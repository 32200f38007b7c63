import { randomUUID } from 'node:crypto';
import type { Unread } from '../batch.ts';
import type { Finished, Session, WriteRequest } from '../connector.ts';
import type { Rejected } from '../field.ts';

export type Moving = {
  from: Session;
  to: Session;
  object: string;
  into?: string;
  mode?: WriteRequest['mode'];
  key?: readonly string[];
  fields?: readonly string[];
  cursorField?: string;
  overlapSeconds?: number;
  syncId?: string;
  runId?: string;
  fence?: number;
  isAnew?: boolean;
  delete?: 'hard' | 'mark';
  onSchemaChange?: 'ignore' | 'add';
  metadata?: boolean;
  deletesMax?: number;
  batchRows?: number;
  /** Leaves everything as it is after so many batches. */
  batchesMax?: number;
  /** What happens between two batches. */
  meanwhile?: (batch: number) => Promise<unknown>;
};

export type Moved = {
  read: number;
  written: number;
  skipped: number;
  rejected: Rejected[];
  unread: Unread[];
  finished: Finished | undefined;
  skippedFields: readonly string[];
};

/** What the engine does, in its smallest form. */
export async function move(moving: Moving): Promise<Moved> {
  const { from, to, object, batchesMax = Number.POSITIVE_INFINITY } = moving;
  const described = await from.describe(object);
  const key = moving.key ?? described.key;
  const names = moving.fields ?? described.fields.map(({ name }) => name);
  const fields = names.map((name) => described.fields.find((one) => one.name === name)!);
  const writer = await to.write({ ...writeRequest(moving), key, fields });
  const position = await writer.position();
  await writer.prepare();
  const reading = await from.read({
    object,
    fields: names,
    key,
    batchBytes: 1 << 20,
    batchRows: moving.batchRows ?? 1_000,
    signal: signal(),
    ...(moving.cursorField === undefined ? {} : { cursorField: moving.cursorField }),
    ...(moving.overlapSeconds === undefined ? {} : { overlapSeconds: moving.overlapSeconds }),
    ...(position === undefined ? {} : { position }),
  });
  const moved: Moved = {
    ...{ read: 0, written: 0, skipped: 0, rejected: [], unread: [] },
    ...{ finished: undefined, skippedFields: writer.plan.skipped },
  };
  let batches = 0;
  for await (const batch of reading.batches) {
    if (batches === batchesMax) return moved;
    const { written, skipped, rejected } = await writer.write(batch);
    moved.read += batch.count;
    moved.written += written;
    moved.skipped += skipped;
    moved.rejected.push(...rejected);
    moved.unread.push(...batch.unread);
    batches += 1;
    await moving.meanwhile?.(batches);
  }
  if (batches === batchesMax) return moved;
  moved.finished = await writer.finish({ deletesMax: moving.deletesMax ?? 100 });
  await writer.close();
  return moved;
}

function writeRequest(moving: Moving) {
  return {
    object: moving.into ?? moving.object,
    mode: moving.mode ?? 'upsert',
    delete: moving.delete ?? 'hard',
    onSchemaChange: moving.onSchemaChange ?? 'ignore',
    metadata: moving.metadata ?? false,
    state: {
      syncId: moving.syncId ?? 'sync_1',
      // What begins anew is another run.
      runId: moving.runId ?? (moving.isAnew ? `run_${randomUUID()}` : 'run_1'),
      fence: moving.fence ?? 1,
    },
    // A read of everything begins anew once it has ended; one by a cursor goes on.
    isAnew: moving.isAnew ?? false,
    signal: signal(),
  } as const;
}

function signal(): AbortSignal {
  return new AbortController().signal;
}
