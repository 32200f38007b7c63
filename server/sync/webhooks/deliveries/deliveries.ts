import type { In } from '../../../../contract/endpoint.ts';
import type { deliveries } from '../../../../contract/sync/deliveries.ts';
import { record } from '../../../platform/audit/record.ts';
import type { OutsideContext, ReadContext, WriteContext } from '../../../platform/context.ts';
import { AppError, invalid } from '../../../runtime/errors.ts';
import type { Providers } from '../../connections/providers.ts';
import { found } from '../../conventions/found.ts';
import { newId } from '../../conventions/ids.ts';
import { answerPage, numberedPageOf } from '../../conventions/lists.ts';
import { requireTaking } from '../access.ts';
import { type Confidence, type Confidences, newSalt } from '../confidence.ts';
import { endPause, lockWebhook, selectWebhook } from '../store.ts';
import { bodyOf } from './body.ts';
import { requestOf } from './request.ts';
import {
  insertDeliveries,
  insertEvents,
  type ShownDelivery,
  type Span,
  selectDeliveries,
  selectDelivery,
  updateAgain,
  updateRecovered,
} from './store.ts';

type Of<Name extends keyof typeof deliveries> = In<typeof deliveries, Name>;

export type DeliveryServices = { providers: Providers; confidences: Confidences };

const recoveredAtOnce = 2_000;

/** @throws AppError not_found (404) */
export const listDeliveries =
  ({ confidences }: DeliveryServices) =>
  async (ctx: ReadContext, { params, query }: Of<'listDeliveries'>) => {
    const { db, organization } = ctx;
    const page = { ...numberedPageOf(query), status: query.status ?? null };
    const [webhook, rows] = await Promise.all([
      selectWebhook(db, organization, params.webhook),
      selectDeliveries(db, organization, params.webhook, page),
    ]);
    const path = `/v1/webhooks/${params.webhook}/deliveries`;
    const show = showing(await confidences(organization), found(webhook));
    return answerPage(ctx, { path, query }, rows, {
      show: (row: ShownDelivery) => show(row),
      key: ({ number }) => String(number),
    });
  };

/** @throws AppError not_found (404) */
export const getDelivery =
  ({ providers, confidences }: DeliveryServices) =>
  async (ctx: ReadContext, { params }: Of<'getDelivery'>) => {
    const { db, organization } = ctx;
    const webhook = found(await selectWebhook(db, organization, params.webhook));
    const row = found(await selectDelivery(db, organization, webhook.id, params.delivery));
    const confidenceOf = await confidences(organization);
    const request = await requestOf(ctx, providers, webhook, row, confidenceOf);
    return { ...showing(confidenceOf, webhook)(row), request };
  };

/** The same bytes under the same id. @throws AppError gone (410), 403, not_found (404) */
export const replayDelivery =
  ({ providers, confidences }: DeliveryServices) =>
  async (ctx: WriteContext, { params }: Of<'replayDelivery'>) => {
    const { tx, organization, now } = ctx;
    const webhook = found(await lockWebhook(tx, organization, params.webhook));
    await requireTaking({ ...ctx, db: tx }, providers, webhook);
    // Whoever is sending has stored what came of it, or waits for this.
    endPause(tx, organization, webhook.id);
    const row = found(await selectDelivery(tx, organization, webhook.id, params.delivery));
    if (row.salt === null) {
      throw new AppError('gone', {
        message: 'What this delivery told is not kept any more; it cannot be sent again.',
      });
    }
    await updateAgain(tx, organization, row.id, now);
    tx.announce('delivery');
    await record(ctx, 'delivery.replay', row.id, []);
    const show = showing(await confidences(organization), webhook);
    return show({ ...row, status: 'pending', due_at: now });
  };

/** In transactions of its own, however many there are. @throws AppError 400, 403, not_found (404) */
export const recoverDeliveries =
  ({ providers }: DeliveryServices) =>
  async (ctx: OutsideContext, { params, body }: Of<'recoverDeliveries'>) => {
    const { organization, now } = ctx;
    const span = spanOf(body, now);
    let recovered = 0;
    for (let after: number | null = 0; after !== null; ) {
      const from = { after, limit: recoveredAtOnce };
      after = await ctx.transaction(async (within) => {
        const webhook = found(await lockWebhook(within.tx, organization, params.webhook));
        if (from.after === 0) {
          await requireTaking(ctx, providers, webhook);
          await record(within, 'delivery.recover', webhook.id, []);
          endPause(within.tx, organization, webhook.id);
        }
        const done = await updateRecovered(within.tx, organization, webhook.id, now, span, from);
        recovered += done.recovered;
        within.tx.announce('delivery');
        return done.seen < recoveredAtOnce ? null : done.last;
      });
    }
    return { recovered };
  };

/** Goes out before what waits. @throws AppError not_found (404) */
export const testWebhook =
  ({ confidences }: DeliveryServices) =>
  async (ctx: WriteContext, { params }: Of<'testWebhook'>) => {
    const { tx, organization, now } = ctx;
    const webhook = found(await lockWebhook(tx, organization, params.webhook));
    const confidenceOf = await confidences(organization);
    const [event_id, id, salt] = [newId('event'), newId('delivery'), newSalt()];
    const data = { webhook_id: webhook.id, message: 'This is a test.' };
    const text = bodyOf(event_id, now, { type: 'webhook.test', data });
    const encrypted = confidenceOf(salt).encrypt(text);
    insertEvents(tx, organization, [
      { id: event_id, subject: null, salt, encrypted, created_at: now },
    ]);
    const delivery = { id, webhook_id: webhook.id, event_id, type: 'webhook.test' };
    insertDeliveries(tx, organization, [delivery], now);
    await updateAgain(tx, organization, id, now);
    endPause(tx, organization, webhook.id);
    tx.announce('delivery');
    await record(ctx, 'webhook.test', webhook.id, []);
    return showing(
      confidenceOf,
      webhook,
    )({
      ...delivery,
      ...{ status: 'pending', due_at: now, attempts: [], created_at: now, salt },
    });
  };

function showing(confidenceOf: (salt: Buffer) => Confidence, { enabled }: { enabled: boolean }) {
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
    const confidence = salt && confidenceOf(salt);
    const isDue = enabled && status === 'pending';
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

/** @throws AppError 400 that names the member */
function spanOf(body: Of<'recoverDeliveries'>['body'], now: Date): Span {
  const since = new Date(body.since);
  const until = body.until ? new Date(body.until) : now;
  if (until < since) throw invalid('until', 'must not be before `since`.', 'minimum');
  return { since, until, failedOnly: body.failed_only ?? true };
}
