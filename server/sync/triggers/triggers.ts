import type { In } from '../../../contract/endpoint.ts';
import type { triggers } from '../../../contract/sync/triggers.ts';
import { record } from '../../platform/audit/record.ts';
import type { OutsideContext, ReadContext, WriteContext } from '../../platform/context.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { depthMax, tooDeep } from '../causes/causes.ts';
import type { Providers } from '../connections/providers.ts';
import { found } from '../conventions/found.ts';
import { newId } from '../conventions/ids.ts';
import { answerPage, pageOf } from '../conventions/lists.ts';
import type { Json } from '../values/types.ts';
import type { Origin } from '../workflows/inline.ts';
import { type Asking, originFor } from '../workflows/use.ts';
import { askSource } from './asking.ts';
import { type Cause, defineCause, type GivenCause, looksAtSame } from './definition.ts';
import { failAtOnce, fire } from './firing.ts';
import { keepTrigger, type TriggerServices } from './keeping.ts';
import { showTrigger } from './shown.ts';
import { requireUseOfSource } from './sources.ts';
import {
  deleteTrigger as deleteRow,
  lockTrigger,
  selectInlineTriggers,
  selectTrigger,
  selectTriggers,
  type TriggerRow,
} from './store.ts';
import { defineTarget, requireTarget } from './targets.ts';

type Of<Name extends keyof typeof triggers> = In<typeof triggers, Name>;

export async function listTriggers(ctx: ReadContext, { query }: Of<'listTriggers'>) {
  const rows = await selectTriggers(ctx.db, ctx.organization, pageOf(query));
  const shown = { show: showTrigger, key: ({ id }: TriggerRow) => id };
  return answerPage(ctx, { path: '/v1/triggers', query }, rows, shown);
}

/** @throws AppError not_found (404) */
export async function getTrigger(ctx: ReadContext, { params }: Of<'getTrigger'>) {
  return showTrigger(found(await selectTrigger(ctx.db, ctx.organization, params.trigger)));
}

/** @throws AppError 400 that names each member */
export const createTrigger =
  (services: TriggerServices) =>
  async (ctx: OutsideContext, { body }: Of<'createTrigger'>) => {
    const target = defineTarget(body.target);
    const cause = await askSource(ctx, services.sessions, defineCause(body as GivenCause));
    const made = await ctx.transaction(async (within) => {
      await requireTarget(within, services.sessions.providers, target);
      const standing = { name: body.name.trim(), ...target, enabled: body.enabled ?? true };
      const id = newId('trigger');
      const row = await keepTrigger(within, services, { id, is_inline: false, ...standing, cause });
      await record(within, 'trigger.create', id, []);
      return row;
    });
    return showTrigger(await services.watches.settle(ctx, made));
  };

/** Changes what is given; where it is stays, if it looks at the same. @throws AppError 400, not_found (404), in_use (409) */
export const changeTrigger =
  (services: TriggerServices) =>
  async (ctx: OutsideContext, { params, body }: Of<'putTrigger'>) => {
    const before = found(await selectTrigger(ctx.db, ctx.organization, params.trigger));
    requireOwn(before);
    const defined = defineCause(body as GivenCause, before);
    const cause = await asked(ctx, services, defined, before);
    const changed = await ctx.transaction(async (within) => {
      const row = found(await lockTrigger(within.tx, within.organization, before.id));
      const target = defineTarget(body.target, row);
      await requireTarget(within, services.sessions.providers, target);
      const name = body.name?.trim() || row.name;
      const standing = { name, ...target, enabled: body.enabled ?? row.enabled };
      const { id, is_inline } = row;
      const kept = await keepTrigger(within, services, { id, is_inline, ...standing, cause }, row);
      await record(within, 'trigger.change', id, []);
      return kept;
    });
    return showTrigger(await services.watches.settle(ctx, changed));
  };

/**
 * With it nobody knows any more what the runs that it has begun have seen.
 * @throws AppError missing_scope, forbidden (403), not_found (404), in_use (409)
 */
export const deleteTrigger =
  ({ sessions, watches }: TriggerServices) =>
  async (ctx: WriteContext, { params }: Of<'deleteTrigger'>) => {
    const { tx, organization } = ctx;
    const row = found(await lockTrigger(tx, organization, params.trigger));
    requireOwn(row);
    await requireUseOfSource({ ...ctx, db: tx }, sessions.providers, row);
    await watches.end(ctx, row);
    await deleteRow(tx, organization, row.id);
    await record(ctx, 'trigger.delete', row.id, []);
    return undefined;
  };

/** Fires one that is for that. @throws AppError 400, not_found (404), run_active (409) */
export const fireTrigger =
  ({ keyring, sessions }: Pick<TriggerServices, 'sessions'> & { keyring: Keyring }) =>
  async (ctx: WriteContext, { params, body }: Of<'fireTrigger'>) => {
    const { tx, organization, now } = ctx;
    const trigger = found(await selectTrigger(tx, organization, params.trigger));
    if (trigger.type !== 'api_call') {
      const message = `is ${trigger.type}: only triggers of type api_call are fired by the API. Run its target instead.`;
      throw invalid('type', message);
    }
    if (!trigger.enabled) {
      throw invalid('enabled', 'the trigger is disabled; set enabled to true first.');
    }
    await requireTarget(ctx, sessions.providers, trigger);
    const origin = await originOf({ ...ctx, db: tx }, sessions.providers, trigger);
    const cause: TriggerRow = { ...trigger, ...origin, type: trigger.type };
    const firing = { trigger: cause, record: body as Json, depth: (ctx.depth ?? 0) + 1 };
    const services = { organization, now, keyring };
    const [fired] =
      firing.depth > depthMax
        ? [await failAtOnce(tx, services, firing)]
        : await fire(tx, services, [firing]);
    if (!fired) throw notFired(trigger, firing.depth);
    await record(ctx, 'trigger.fire', trigger.id, []);
    const { workflow_id, sync_id } = trigger;
    return { trigger_id: trigger.id, workflow_id, sync_id, run_id: fired.run_id };
  };

/** One that says nothing of it fires for the object of its workflow. */
async function originOf(
  ctx: Asking,
  providers: Providers,
  { connection_id, object, workflow_id }: TriggerRow,
): Promise<Origin> {
  if (object !== null || connection_id !== null || workflow_id === null) {
    return { connection_id, object };
  }
  const [own] = await selectInlineTriggers(ctx.db, ctx.organization, [workflow_id]);
  return originFor(ctx, providers, own);
}

/** One that looks at something else than before is asked for. @throws AppError 400, 403 */
async function asked(
  ctx: OutsideContext,
  { sessions }: TriggerServices,
  defined: Cause,
  before: TriggerRow,
): Promise<Cause> {
  const isSameFilter = JSON.stringify(defined.filter) === JSON.stringify(before.filter);
  const isSame = looksAtSame(defined, before) && isSameFilter;
  if (!isSame) return askSource(ctx, sessions, defined);
  await requireUseOfSource(ctx, sessions.providers, before);
  return defined;
}

/** @throws AppError in_use (409) for a part of a workflow */
function requireOwn({ is_inline, workflow_id }: TriggerRow): void {
  if (!is_inline) return;
  const message = `The trigger is a part of its workflow: change the trigger of ${workflow_id} instead.`;
  throw new AppError('in_use', { message });
}

function notFired({ sync_id }: TriggerRow, depth: number): AppError {
  if (sync_id === null) return invalid('target', 'the workflow is disabled; enable it first.');
  if (depth > depthMax) return new AppError('run_active', { message: tooDeep });
  const message = 'A run of the sync is active, or the sync is stopped.';
  return new AppError('run_active', { message });
}
