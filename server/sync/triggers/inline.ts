import type { OutsideContext, ReadContext, WriteContext } from '../../platform/context.ts';
import type { Db } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import { newId } from '../conventions/ids.ts';
import { askSource } from './asking.ts';
import { type Cause, defineCause, type GivenCause } from './definition.ts';
import { keepTrigger, type TriggerServices } from './keeping.ts';
import { showInline } from './shown.ts';
import { requireUseOfSources } from './sources.ts';
import { deleteTrigger, selectInlineTriggers, selectTriggersOf } from './store.ts';

const member = 'trigger';

type Reading = Pick<ReadContext, 'organization'> & { readonly db: Db };
type Asking = Reading & Pick<ReadContext, 'caller'>;
type OfWorkflow = { readonly id: string; readonly name: string; readonly enabled: boolean };

/**
 * The triggers that stand in workflows: `prepare` before the transaction that stores a workflow, `place`
 * in it, `settle` after it; `leave` before it is deleted; `allow` before what it does is changed.
 */
export const inlineTriggers = (services: TriggerServices) => ({
  prepare: prepare(services),
  place: place(services),
  settle: settle(services),
  leave: leave(services),
  allow: allow(services),
  show,
});

export type InlineTriggers = ReturnType<typeof inlineTriggers>;

/** Asks the system of what is given, as a whole. @throws AppError 400 that names the member, 403 */
const prepare =
  ({ sessions }: TriggerServices) =>
  async (ctx: OutsideContext, given: GivenCause): Promise<Cause> => {
    try {
      return await askSource(ctx, sessions, defineCause(given));
    } catch (error) {
      throw error instanceof AppError ? within(member, error) : error;
    }
  };

/**
 * What was prepared, in place of what stood there; null: none, undefined: the one that is there. It goes
 * on where it is, if it looks at the same.
 */
const place =
  (services: TriggerServices) =>
  async (
    ctx: WriteContext,
    { id: workflow_id, name, enabled }: OfWorkflow,
    prepared: Cause | null | undefined,
  ): Promise<void> => {
    const { tx, organization } = ctx;
    const [before] = await selectInlineTriggers(tx, organization, [workflow_id]);
    const cause = prepared === undefined ? before : prepared;
    if (cause) {
      const standing = { id: before?.id ?? newId('trigger'), name, enabled, workflow_id };
      const own = { ...standing, sync_id: null, is_inline: true, cause: causeOf(cause) };
      await keepTrigger(ctx, services, own, before);
    } else if (before) {
      await services.watches.end(ctx, before);
      await deleteTrigger(tx, organization, before.id);
    }
  };

/** Waits a while until what happens from now on is seen. */
const settle =
  ({ watches }: TriggerServices) =>
  async (ctx: OutsideContext, workflowId: string): Promise<void> => {
    const [row] = await selectInlineTriggers(ctx.db, ctx.organization, [workflowId]);
    if (row) await watches.settle(ctx, row);
  };

/** Ends the one of a workflow. @throws AppError in_use (409) where another one names it */
const leave =
  (services: TriggerServices) =>
  async (ctx: WriteContext, workflowId: string): Promise<void> => {
    const [other] = await selectTriggersOf(ctx.tx, ctx.organization, workflowId);
    if (other) {
      const message = `The trigger ${other.name} (${other.id}) sets it off: delete or change that first.`;
      throw new AppError('in_use', { message });
    }
    await place(services)(ctx, { id: workflowId, name: '', enabled: false }, null);
  };

/** @throws AppError missing_scope, forbidden (403) */
const allow =
  ({ sessions }: TriggerServices) =>
  (ctx: Asking, workflowId: string): Promise<void> =>
    requireUseOfSources(ctx, sessions.providers, workflowId);

/** As workflows show them, by the ids of these. */
async function show({ db, organization }: Reading, ids: readonly string[]) {
  const rows = await selectInlineTriggers(db, organization, ids);
  return new Map(rows.map((row) => [row.workflow_id ?? '', showInline(row)]));
}

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
