import type { OutsideContext, ReadContext, WriteContext } from '../../platform/context.ts';
import type { Db } from '../../runtime/database/database.ts';

/** What sets a workflow off, as far as its actions depend on it. */
export type Origin = { readonly connection_id: string | null; readonly object: string | null };
/** With the type of its trigger. */
export type TypedOrigin = Origin & { readonly type?: string };

type OfWorkflow = { readonly id: string; readonly name: string; readonly enabled: boolean };

/** The triggers that stand in workflows: `prepare` before the transaction of a change, `settle` after it. */
export type InlineTriggers = {
  /** @throws AppError 400 that names the member, 403 */
  prepare(ctx: OutsideContext, given: Record<string, unknown>): Promise<TypedOrigin>;
  /** In place of what stood there; null: none, undefined: the one that is there. */
  place(
    ctx: WriteContext,
    workflow: OfWorkflow,
    prepared: Origin | null | undefined,
  ): Promise<void>;
  /** Waits a while until what happens from now on is seen. */
  settle(ctx: OutsideContext, workflowId: string): Promise<void>;
  /** Before a workflow is deleted. @throws AppError in_use (409) */
  leave(ctx: WriteContext, workflowId: string): Promise<void>;
  /**
   * Whoever changes what a workflow does with what sets it off could read that, whichever triggers see
   * it. @throws AppError missing_scope, forbidden (403)
   */
  allow(
    ctx: Pick<ReadContext, 'caller' | 'organization'> & { readonly db: Db },
    workflowId: string,
  ): Promise<void>;
  /** As workflows show them, by the ids of these. */
  show(
    ctx: Pick<ReadContext, 'organization'> & { db: Db },
    ids: string[],
  ): Promise<ReadonlyMap<string, object>>;
};
