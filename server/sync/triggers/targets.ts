import type { WriteContext } from '../../platform/context.ts';
import { invalid } from '../../runtime/errors.ts';
import type { Providers } from '../connections/providers.ts';
import { lockSync } from '../syncs/store.ts';
import { requireUseOfEnds } from '../syncs/use.ts';
import { lockWorkflow } from '../workflows/store.ts';
import { requireUseOfWorkflow } from '../workflows/use.ts';
import type { TriggerRow } from './store.ts';

export type Target = Pick<TriggerRow, 'workflow_id' | 'sync_id'>;
export type GivenTarget = { workflow_id?: string | null; sync_id?: string | null };

/** What is given, in place of what was there. @throws AppError 400 */
export function defineTarget(given: GivenTarget | null | undefined, before?: Target): Target {
  const workflow_id = given?.workflow_id || null;
  const sync_id = given?.sync_id || null;
  if (workflow_id && sync_id) {
    throw invalid('target', 'is one of workflow_id and sync_id: leave the other one out.');
  }
  if (workflow_id || sync_id) return { workflow_id, sync_id };
  if (before) return { workflow_id: before.workflow_id, sync_id: before.sync_id };
  throw invalid('target.workflow_id', 'is required, or target.sync_id in its place.', 'required');
}

/**
 * Whoever has something run could run it; it is not deleted meanwhile.
 * @throws AppError 400, missing_scope, forbidden (403)
 */
export async function requireTarget(
  ctx: WriteContext,
  providers: Providers,
  { workflow_id, sync_id }: Target,
): Promise<void> {
  const { tx, organization, caller } = ctx;
  if (workflow_id !== null) {
    const workflow = await lockWorkflow(tx, organization, workflow_id);
    if (!workflow) throw invalid('target.workflow_id', `there is no workflow ${workflow_id}.`);
    return requireUseOfWorkflow({ ...ctx, db: tx }, providers, workflow.definition);
  }
  const sync = await lockSync(tx, organization, sync_id ?? '');
  if (!sync) throw invalid('target.sync_id', `there is no sync ${sync_id}.`);
  if (sync.schedule === 'realtime') {
    const message = 'follows its source in realtime already: give it another schedule first.';
    throw invalid('target.sync_id', message);
  }
  await requireUseOfEnds({ db: tx, organization, caller }, providers, sync.settings);
}
