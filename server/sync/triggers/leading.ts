import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Providers } from '../connections/providers.ts';
import { selectSync } from '../syncs/store.ts';
import { requireUseOfEnds, requireUseOfSyncs } from '../syncs/use.ts';
import { selectSyncsUsing } from '../transforms/store.ts';
import { selectTellers, selectUsers, type WorkflowRow } from '../workflows/store.ts';
import { requireUseOfWorkflow } from '../workflows/use.ts';
import { requireUseOfSources } from './sources.ts';

/**
 * Whoever changes where a connection leads takes along what syncs move by it, and what workflows that use
 * it know of their triggers and their other steps. @throws AppError missing_scope, forbidden (403)
 */
export const requireUseOfUsers =
  (providers: Providers) =>
  async (ctx: WriteContext, id: string): Promise<void> => {
    await requireUseOfSyncs(providers)(ctx, id);
    const users = await selectUsers(ctx.tx, ctx.organization, { id });
    await requireUseOfWorkflows(ctx, providers, users);
  };

/** The same of a webhook that workflows tell something. @throws AppError missing_scope, forbidden (403) */
export const requireUseOfTellers =
  (providers: Providers) =>
  async (ctx: WriteContext, webhook: string): Promise<void> => {
    const tellers = await selectTellers(ctx.tx, ctx.organization, webhook);
    await requireUseOfWorkflows(ctx, providers, tellers);
  };

/** The ids of those that tell a webhook something, and that the caller may have run. */
export const usableTellers =
  (providers: Providers) =>
  async (ctx: WriteContext, webhook: string): Promise<string[]> => {
    const usable = new Set<string>();
    const closed = new Set<string>();
    for (const teller of await selectTellers(ctx.tx, ctx.organization, webhook)) {
      const isUsable = await requireUseOfWorkflows(ctx, providers, [teller]).then(
        () => true,
        orRefused,
      );
      (isUsable ? usable : closed).add(teller.id);
    }
    return [...usable].filter((id) => !closed.has(id));
  };

function orRefused(error: unknown): false {
  if (error instanceof AppError) return false;
  throw error;
}

/** The same of code that syncs and workflows run: it sees their records. @throws AppError missing_scope, forbidden (403) */
export const requireUseOfCode =
  (providers: Providers) =>
  async (ctx: WriteContext, id: string): Promise<void> => {
    const { tx, organization, caller } = ctx;
    for (const one of await selectSyncsUsing(tx, organization, id)) {
      const sync = await selectSync(tx, organization, one);
      if (sync) await requireUseOfEnds({ db: tx, organization, caller }, providers, sync.settings);
    }
    await requireUseOfWorkflows(ctx, providers, await selectUsers(tx, organization, { id }));
  };

async function requireUseOfWorkflows(
  { tx, caller, organization }: WriteContext,
  providers: Providers,
  workflows: readonly Pick<WorkflowRow, 'id' | 'definition'>[],
): Promise<void> {
  const asking = { db: tx, caller, organization };
  for (const { id, definition } of workflows) {
    await requireUseOfSources(asking, providers, id);
    await requireUseOfWorkflow(asking, providers, definition);
  }
}
