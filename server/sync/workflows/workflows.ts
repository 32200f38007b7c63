import type { In } from '../../../contract/endpoint.ts';
import type { workflows } from '../../../contract/sync/workflows.ts';
import { record } from '../../platform/audit/record.ts';
import type { OutsideContext, ReadContext, WriteContext } from '../../platform/context.ts';
import { found } from '../conventions/found.ts';
import { newId } from '../conventions/ids.ts';
import { answerPage, pageOf } from '../conventions/lists.ts';
import { type CheckServices, checkDefinition } from './checking/check.ts';
import { defineActions } from './checking/members.ts';
import { withConnections } from './checking/telling.ts';
import { type Definition, placedOf } from './definition.ts';
import type { InlineTriggers, Origin, TypedOrigin } from './inline.ts';
import { letThrough } from './runs/store.ts';
import { showWorkflow } from './shown.ts';
import {
  deleteWorkflow as deleteRow,
  insertWorkflow,
  lockWorkflow,
  replaceUses,
  selectWorkflow,
  selectWorkflows,
  type Used,
  updateWorkflow,
  type WorkflowRow,
} from './store.ts';
import { requireUseOfWorkflow } from './use.ts';

type Of<Name extends keyof typeof workflows> = In<typeof workflows, Name>;
type Given = Record<string, unknown>;

export type WorkflowServices = CheckServices & { inline: InlineTriggers };

export const listWorkflows =
  ({ inline }: Pick<WorkflowServices, 'inline'>) =>
  async (ctx: ReadContext, { query }: Of<'listWorkflows'>) => {
    const rows = await selectWorkflows(ctx.db, ctx.organization, pageOf(query));
    const triggers = await inline.show(
      ctx,
      rows.map(({ id }) => id),
    );
    const show = (row: WorkflowRow) => showWorkflow(row, triggers.get(row.id));
    const path = '/v1/workflows';
    return answerPage(ctx, { path, query }, rows, { show, key: ({ id }: WorkflowRow) => id });
  };

/** @throws AppError not_found (404) */
export const getWorkflow =
  ({ inline }: Pick<WorkflowServices, 'inline'>) =>
  async (ctx: ReadContext, { params }: Of<'getWorkflow'>) => {
    const row = found(await selectWorkflow(ctx.db, ctx.organization, params.workflow));
    return showWorkflow(row, (await inline.show(ctx, [row.id])).get(row.id));
  };

/** @throws AppError 400 that names each member by its path */
export const createWorkflow =
  (services: WorkflowServices) =>
  async (ctx: OutsideContext, { body }: Of<'createWorkflow'>) => {
    const given = defineActions(body.actions, body.on_error ?? []);
    const definition = await withConnections(ctx, given);
    const cause = body.trigger ? await services.inline.prepare(ctx, body.trigger as Given) : null;
    const uses = await checkDefinition(ctx, services, definition, cause);
    const row = {
      ...{ id: newId('workflow'), name: body.name.trim(), description: body.description ?? '' },
      ...{ enabled: body.enabled ?? true, concurrency: body.concurrency || null, version: 1 },
      definition,
    };
    await ctx.transaction((within) => storeWorkflow(within, services, row, { uses, cause }));
    return settled(ctx, services, row.id);
  };

type ToStore = Parameters<typeof insertWorkflow>[2];

/** One that was looked at, with what sets it off. */
export async function storeWorkflow(
  ctx: WriteContext,
  { inline }: Pick<WorkflowServices, 'inline'>,
  row: ToStore,
  { uses, cause }: { uses: readonly Used[]; cause: Origin | null },
): Promise<void> {
  const { tx, organization, now } = ctx;
  await insertWorkflow(tx, organization, row, now);
  await replaceUses(tx, organization, row.id, uses);
  await inline.place(ctx, row, cause);
  await record(ctx, 'workflow.create', row.id, []);
}

/** Changes what is given; runs under way go on as they began. @throws AppError 400, 403, not_found (404) */
export const changeWorkflow =
  (services: WorkflowServices) =>
  async (ctx: OutsideContext, { params, body }: Of<'putWorkflow'>) => {
    const before = found(await selectWorkflow(ctx.db, ctx.organization, params.workflow));
    await services.inline.allow(ctx, before.id);
    await requireUseOfTeller(ctx, services, before);
    const { actions, on_error } = before.definition;
    const given = defineActions(
      (body.actions ?? actions) as readonly Given[],
      (body.on_error ?? on_error) as readonly Given[],
    );
    const definition = await withConnections(ctx, given);
    // Null means "not given", as of every member; a trigger is taken away by an empty one.
    const isLeft =
      body.trigger !== undefined && Object.keys(body.trigger ?? { type: '' }).length === 0;
    const cause =
      body.trigger && !isLeft
        ? await services.inline.prepare(ctx, body.trigger as Given)
        : undefined;
    const origin = cause ?? (isLeft ? null : await originOf(ctx, services, before.id));
    const uses = await checkDefinition(ctx, services, definition, origin);
    await ctx.transaction(async (within) => {
      const { tx, organization, now } = within;
      const row = found(await lockWorkflow(tx, organization, before.id));
      const isNewVersion = !isSame(row.definition, definition);
      const changed = {
        ...row,
        ...{ definition, version: row.version + (isNewVersion ? 1 : 0) },
        name: body.name?.trim() || row.name,
        description: body.description ?? row.description,
        enabled: body.enabled ?? row.enabled,
        concurrency: body.concurrency === 0 ? null : (body.concurrency ?? row.concurrency),
      };
      await updateWorkflow(tx, organization, changed, { now, isNewVersion });
      await replaceUses(tx, organization, row.id, uses);
      await services.inline.place(within, changed, isLeft ? null : cause);
      await letThrough(tx, organization, row.id, now);
      tx.announce('workflow_run');
      await record(within, 'workflow.change', row.id, []);
    });
    return settled(ctx, services, before.id);
  };

/** @throws AppError missing_scope, forbidden (403), not_found (404), in_use (409) */
export const deleteWorkflow =
  (services: Pick<WorkflowServices, 'inline' | 'sessions'>) =>
  async (ctx: WriteContext, { params }: Of<'deleteWorkflow'>) => {
    const { tx, organization } = ctx;
    const workflow = found(await lockWorkflow(tx, organization, params.workflow));
    const { id } = workflow;
    await requireUseOfTeller({ ...ctx, db: tx }, services, workflow);
    await services.inline.leave(ctx, id);
    await deleteRow(tx, organization, id);
    await record(ctx, 'workflow.delete', id, []);
    return undefined;
  };

/**
 * What a workflow has told a webhook is kept there: as long as the workflow is as it is, that leads nowhere
 * else by those who may not do what it does. @throws AppError missing_scope, forbidden (403)
 */
async function requireUseOfTeller(
  ctx: Parameters<InlineTriggers['allow']>[0],
  { inline, sessions }: Pick<WorkflowServices, 'inline' | 'sessions'>,
  { id, definition }: Pick<WorkflowRow, 'id' | 'definition'>,
): Promise<void> {
  if (!placedOf(definition).some(({ action }) => action.channel === 'webhook')) return;
  await inline.allow(ctx, id);
  await requireUseOfWorkflow(ctx, sessions.providers, definition);
}

async function settled(ctx: OutsideContext, { inline }: WorkflowServices, id: string) {
  await inline.settle(ctx, id);
  const row = found(await selectWorkflow(ctx.db, ctx.organization, id));
  return showWorkflow(row, (await inline.show(ctx, [id])).get(id));
}

/** Of the trigger that is there. */
async function originOf(
  ctx: OutsideContext,
  { inline }: WorkflowServices,
  id: string,
): Promise<TypedOrigin | null> {
  const trigger = (await inline.show(ctx, [id])).get(id) as Partial<TypedOrigin> | undefined;
  if (!trigger) return null;
  const { type, connection_id = null, object = null } = trigger;
  return { ...(type ? { type } : {}), connection_id, object };
}

function isSame(one: Definition, other: Definition): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** PostgreSQL keeps members in an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, one]) => [name, sorted(one)]));
}
