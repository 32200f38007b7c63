import type { In } from '../../../../contract/endpoint.ts';
import type { deliveries } from '../../../../contract/sync/deliveries.ts';
import { record } from '../../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../../platform/context.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { Providers } from '../../connections/providers.ts';
import { found } from '../../conventions/found.ts';
import { answerPage, numberedPageOf } from '../../conventions/lists.ts';
import { requireTakingAll } from '../access.ts';
import type { Confidences } from '../confidence.ts';
import { endPause, lockWebhook, selectWebhook, type WebhookRow } from '../store.ts';
import { tellOnPurpose } from './on-purpose.ts';
import type { RecoveringServices } from './recovering.ts';
import { mayTake, requestOf } from './request.ts';
import { retold } from './retelling.ts';
import { type ShownDelivery, selectDeliveries, selectDelivery, updateAgain } from './store.ts';

type Of<Name extends keyof typeof deliveries> = In<typeof deliveries, Name>;

export type DeliveryServices = { providers: Providers; confidences: Confidences };

/** @throws AppError not_found (404) */
export const listDeliveries =
  (services: DeliveryServices) =>
  async (ctx: ReadContext, { params, query }: Of<'listDeliveries'>) => {
    const { db, organization } = ctx;
    const page = { ...numberedPageOf(query), status: query.status ?? null };
    const [webhook, rows] = await Promise.all([
      selectWebhook(db, organization, params.webhook),
      selectDeliveries(db, organization, params.webhook, page),
    ]);
    const path = `/v1/webhooks/${params.webhook}/deliveries`;
    const show = await showing(services, ctx, found(webhook), rows);
    return answerPage(ctx, { path, query }, rows, {
      show: (row: ShownDelivery) => show(row),
      key: ({ number }) => String(number),
    });
  };

/** @throws AppError not_found (404) */
export const getDelivery =
  (services: DeliveryServices) =>
  async (ctx: ReadContext, { params }: Of<'getDelivery'>) => {
    const { db, organization } = ctx;
    const webhook = found(await selectWebhook(db, organization, params.webhook));
    const row = found(await selectDelivery(db, organization, webhook.id, params.delivery));
    const confidenceOf = await services.confidences(organization);
    const request = await requestOf(ctx, services.providers, webhook, row, confidenceOf);
    const show = await showing(services, ctx, webhook, [row]);
    return { ...show(row), request };
  };

/** The same bytes under the same id. @throws AppError gone (410), 403, not_found (404) */
export const replayDelivery =
  (services: RecoveringServices) =>
  async (ctx: WriteContext, { params }: Of<'replayDelivery'>) => {
    const { tx, organization, now } = ctx;
    const webhook = found(await lockWebhook(tx, organization, params.webhook));
    await requireTakingAll({ ...ctx, db: tx }, services.providers, webhook);
    // Whoever is sending has stored what came of it, or waits for this.
    endPause(tx, organization, webhook.id);
    const row = found(await selectDelivery(tx, organization, webhook.id, params.delivery));
    const { salt } = row;
    if (salt === null) {
      throw new AppError('gone', {
        message: 'What this delivery told is not kept any more; it cannot be sent again.',
      });
    }
    const tellers = await services.usableTellers(ctx, webhook.id);
    const [again] = await retold(services, tx, webhook, [{ ...row, salt, bytes: 0 }], tellers);
    if (again === undefined) throw notToldAnyMore();
    await updateAgain(tx, organization, [row.id], now);
    tx.announce('delivery');
    await record(ctx, 'delivery.replay', row.id, []);
    const show = await showing(services, { ...ctx, db: tx }, webhook, [row]);
    return show({ ...row, status: 'pending', due_at: now });
  };

/** Goes out before what waits. @throws AppError not_found (404) */
export const testWebhook =
  (services: DeliveryServices) =>
  async (ctx: WriteContext, { params }: Of<'testWebhook'>) => {
    const { tx, organization, now } = ctx;
    const webhook = found(await lockWebhook(tx, organization, params.webhook));
    const confidenceOf = await services.confidences(organization);
    const data = { webhook_id: webhook.id, message: 'This is a test.' };
    const terms = { confidenceOf, subject: null, depth: 0, now };
    const delivery = tellOnPurpose(tx, webhook, { type: 'webhook.test', data }, terms);
    await updateAgain(tx, organization, [delivery.id], now);
    endPause(tx, organization, webhook.id);
    await record(ctx, 'webhook.test', webhook.id, []);
    const show = await showing(services, { ...ctx, db: tx }, webhook, [delivery]);
    return show({
      ...delivery,
      ...{ status: 'pending', due_at: now, attempts: [], created_at: now },
    });
  };

function notToldAnyMore(): AppError {
  const message =
    'The webhook is not told of this any more, by its events, its filter, or what whoever changed it last may see.';
  return new AppError('gone', { message });
}

/** What was answered may repeat what was told: it is shown to whoever may read that. */
async function showing(
  { providers, confidences }: DeliveryServices,
  ctx: Parameters<typeof mayTake>[0],
  webhook: WebhookRow,
  rows: readonly Pick<ShownDelivery, 'type'>[],
) {
  const confidenceOf = await confidences(ctx.organization);
  const mayRead = new Map<string, boolean>();
  for (const type of new Set(rows.map((row) => row.type))) {
    mayRead.set(type, await mayTake(ctx, providers, webhook, type));
  }
  return ({
    id,
    event_id,
    type,
    status,
    attempts,
    due_at,
    created_at,
    salt,
  }: Omit<ShownDelivery, 'number'>) => {
    const confidence = salt && mayRead.get(type) && confidenceOf(salt);
    const isDue = webhook.enabled && status === 'pending';
    return {
      ...{ id, event_id, type, status },
      attempts: attempts.map(({ response, ...attempt }) => ({
        ...attempt,
        response:
          response !== undefined && confidence
            ? confidence.decrypt(Buffer.from(response, 'base64'))
            : null,
      })),
      next_attempt_at: isDue ? (due_at ?? created_at).toISOString() : null,
      created_at: created_at.toISOString(),
    };
  };
}
