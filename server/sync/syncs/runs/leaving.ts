import type { Tx } from '../../../runtime/database/database.ts';
import type { Definition } from '../definition.ts';
import { upsertLeftover } from '../leftovers/store.ts';
import { isPart } from './part.ts';
import type { RunRow } from './store.ts';

/**
 * Has what a run has left at its destination deleted there, where nobody goes on with it: one that failed
 * is gone on with there, one that was cancelled begins anew if it replaces or mirrors.
 */
export async function leaveNothing(tx: Tx, run: RunRow, now: Date): Promise<void> {
  const { organization_id: organization, id, sync_id, plan, request, status, fence } = run;
  const begun = plan as { definition: Definition } | null;
  if (!begun) return;
  const { mode, destination } = begun.definition;
  const is_gone = isPart(request);
  const isStaged = !is_gone && (mode === 'replace' || mode === 'mirror');
  if (is_gone ? status !== 'completed' : status !== 'cancelled' || !isStaged) return;
  const { connection_id, object } = destination;
  const owner_id = is_gone ? id : sync_id;
  const left = { connection_id, object, owner_id, fence, is_gone };
  await upsertLeftover(tx, organization, left, { now, due: now });
}
