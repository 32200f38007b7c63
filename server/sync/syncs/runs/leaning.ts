import type { Tx } from '../../../runtime/database/database.ts';
import { leanPosition } from '../cursor/positions.ts';
import { type RunRow, updateRunPosition } from './store.ts';

/** Of a run that nobody goes on with, what is shown of its position is enough. */
export async function leanRunPosition(
  tx: Tx,
  run: Pick<RunRow, 'organization_id' | 'id' | 'position'> | undefined,
): Promise<void> {
  if (!run || run.position === null) return;
  const lean = leanPosition(run.position);
  if (lean !== run.position) await updateRunPosition(tx, run.organization_id, run.id, lean);
}
