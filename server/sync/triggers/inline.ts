import type { OutsideContext, ReadContext, WriteContext } from '../../platform/context.ts';
import type { Db } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import { newId } from '../conventions/ids.ts';
import { askSource } from './asking.ts';
import { type Cause, defineCause, type GivenCause } from './definition.ts';
import { keepTrigger, type TriggerServices } from './keeping.ts';
import { showInline } from './shown.ts';
import { deleteTrigger, selectInlineTriggers, selectTriggersOf } from './store.ts';

const member = 'trigger';

type OfWorkflow = { readonly id: string; readonly name: string; readonly enabled: boolean };

/**
 * The triggers that stand in workflows: `prepare` before the transaction that stores a workflow, `place`
 * in it, `settle` after it.
 */
export const inlineTriggers = (services: TriggerServices) => ({
  /** Asks the system of what is given, as a whole. @throws AppError 400 that names the member, 403 */
  async prepare(ctx: OutsideContext, given: GivenCause): Promise<Cause> {
    try {
      return await askSource(ctx, services.sessions, defineCause(given));
    } catch (error) {
      throw error instanceof AppError ? within(member, error) : error;
    }
  },

  /**
   * What was prepared, in place of what stood there; null: none, undefined: the one that is there. It
   * goes on where it is, if it looks at the same.
   */
  async place(
    ctx: WriteContext,
    { id: workflow_id, name, enabled }: OfWorkflow,
    prepared: Cause | null | undefined,
  ): Promise<void> {
    const { tx, organization } = ctx;
    const [before] = await selectInlineTriggers(tx, organization, [workflow_id]);
    const cause = prepared === undefined ? before : prepared;
    if (!cause) {
      if (!before) return;
      await services.watches.end(ctx, before);
      await deleteTrigger(tx, organization, before.id);
      return;
    }
    const target = { workflow_id, sync_id: null, is_inline: true };
    const id = before?.id ?? newId('trigger');
    const of = { id, name, enabled, ...target, cause: causeOf(cause) };
    await keepTrigger(ctx, services, of, before);
  },

  /** Waits a while until what happens from now on is seen. */
  async settle(ctx: OutsideContext, workflowId: string): Promise<void> {
    const [row] = await selectInlineTriggers(ctx.db, ctx.organization, [workflowId]);
    if (row) await services.watches.settle(ctx, row);
  },

  /** Before a workflow is deleted: ends its own. @throws AppError in_use (409) where another names it */
  async leave(ctx: WriteContext, workflowId: string): Promise<void> {
    const { tx, organization } = ctx;
    const [other] = await selectTriggersOf(tx, organization, workflowId);
    if (other) {
      const message = `The trigger ${other.name} (${other.id}) sets it off: delete or change that first.`;
      throw new AppError('in_use', { message });
    }
    await this.place(ctx, { id: workflowId, name: '', enabled: false }, null);
  },

  /** As workflows show them, by the ids of these. */
  async show({ db, organization }: Pick<ReadContext, 'organization'> & { db: Db }, ids: string[]) {
    const rows = await selectInlineTriggers(db, organization, ids);
    return new Map(rows.map((row) => [row.workflow_id ?? '', showInline(row)]));
  },
});

export type InlineTriggers = ReturnType<typeof inlineTriggers>;

function causeOf({
  type,
  connection_id,
  object,
  event,
  filter,
  field,
  cursor_field,
  schedule,
  timezone,
  is_from_beginning,
}: Cause): Cause {
  return {
    ...{ type, connection_id, object, event, filter, field, cursor_field, schedule, timezone },
    is_from_beginning,
  };
}

/** The same of a member of the body. */
function within(place: string, { code, message, fields, upstream }: AppError): AppError {
  if (!fields) return new AppError(code, { message, ...(upstream ? { upstream } : {}) });
  const named = fields.map((one) => ({ ...one, field: `${place}.${one.field}` }));
  return new AppError(code, { message: `${place}.${message}`, fields: named });
}
