import type { In } from '../../../contract/endpoint.ts';
import type { workflows } from '../../../contract/sync/workflows.ts';
import type { OutsideContext } from '../../platform/context.ts';
import { selectConnection } from '../connections/store.ts';
import { found } from '../conventions/found.ts';
import type { Json } from '../values/types.ts';
import type { ActionServices } from './actions/action.ts';
import { placedOf } from './definition.ts';
import { dryRun } from './engine/dry.ts';
import type { InlineTriggers } from './inline.ts';
import { selectWorkflow } from './store.ts';
import { originFor, requireUseOfObject } from './use.ts';

const seconds = 60;

/** Shows what a workflow would do with a record. @throws AppError not_found (404), forbidden (403) */
export const dryRunWorkflow =
  (services: ActionServices, inline: InlineTriggers) =>
  async (ctx: OutsideContext, { params, body }: In<typeof workflows, 'dryRunWorkflow'>) => {
    const { organization, now } = ctx;
    const { providers } = services.sessions;
    const workflow = found(await selectWorkflow(ctx.db, organization, params.workflow));
    // What it reads is shown to whoever asks.
    for (const { action } of placedOf(workflow.definition)) {
      const { connection_id: id, object } = action;
      const row = id ? await selectConnection(ctx.db, organization, id) : undefined;
      if (row) await requireUseOfObject(ctx, providers, row, { object, acts: ['read'] });
    }
    const shown = (await inline.show(ctx, [workflow.id])).get(workflow.id);
    const type = (shown as { type?: string } | undefined)?.type ?? 'api_call';
    const origin = await originFor(ctx, providers, shown);
    const trigger = {
      ...{ id: null, type, ...origin, fired_at: now.toISOString() },
      record: (body.record ?? {}) as Json,
      ...(body.previous ? { previous: body.previous as Json } : {}),
    };
    const signal = AbortSignal.timeout(seconds * 1000);
    return dryRun(services, { organization, workflow, trigger, signal });
  };
