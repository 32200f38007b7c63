import type { In } from '../../../contract/endpoint.ts';
import { catalogue, toldTypes } from '../../../contract/sync/catalogue.ts';
import type { webhooks } from '../../../contract/sync/webhooks.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import type { Providers } from '../connections/providers.ts';
import { found } from '../conventions/found.ts';
import { newId } from '../conventions/ids.ts';
import { answerPage, pageOf } from '../conventions/lists.ts';
import { appointFor, requireFilters, requireHearing, requireTakingAll } from './access.ts';
import { eventsOf, requireHeaders, urlOf } from './given.ts';
import { openWebhook, sealWebhook, secretOf } from './secrets.ts';
import { showWebhook } from './shown.ts';
import {
  deleteWebhook as deleteRow,
  forgetFailures,
  insertWebhook,
  lockWebhook,
  type ShownWebhook,
  selectWebhook,
  selectWebhooks,
  updateWebhook,
  type WebhookRow,
} from './store.ts';

type Of<Name extends keyof typeof webhooks> = In<typeof webhooks, Name>;
type Given = Of<'putWebhook'>['body'];

export type WebhookServices = { keyring: Keyring; providers: Providers };

const overlapHours = 24;

export function listEventTypes() {
  return toldTypes.map((type) => ({ type, schema: { ...catalogue[type] } }));
}

/** The secret is in the answer, and nowhere later. @throws AppError 400, 403 */
export const createWebhook =
  ({ keyring, providers }: WebhookServices) =>
  async (ctx: WriteContext, { body }: Of<'createWebhook'>) => {
    const { tx, organization, now } = ctx;
    const id = newId('webhook');
    const secret = secretOf(body.secret);
    const headers = body.headers ?? {};
    requireHeaders(headers);
    const given = { url: urlOf(body.url), events: eventsOf(body.events), ...settingsOf(body) };
    const row = { ...initial, ...given, id, agent: await appointFor(ctx, providers) };
    await requireHearing(ctx, providers, { ...row, agent: null });
    await requireFilters({ ...ctx, db: tx }, providers, row);
    const sealed = sealWebhook(keyring, id, { secret, headers });
    const header_names = Object.keys(headers);
    const made = await insertWebhook(tx, organization, { ...row, header_names, sealed }, now);
    await record(ctx, 'webhook.create', id, []);
    return { ...showWebhook(made, now), secret };
  };

export async function listWebhooks(ctx: ReadContext, { query }: Of<'listWebhooks'>) {
  const rows = await selectWebhooks(ctx.db, ctx.organization, pageOf(query));
  const show = (row: ShownWebhook) => showWebhook(row, ctx.now);
  return answerPage(ctx, { path: '/v1/webhooks', query }, rows, { show, key: ({ id }) => id });
}

/** @throws AppError not_found (404) */
export async function getWebhook(ctx: ReadContext, { params }: Of<'getWebhook'>) {
  return showWebhook(found(await selectWebhook(ctx.db, ctx.organization, params.webhook)), ctx.now);
}

/** Changes what is given; the filter and the headers as a whole. @throws AppError 400, 403, 404 */
export const changeWebhook =
  (
    services: WebhookServices,
    requireUseOfTellers: (ctx: WriteContext, id: string) => Promise<void>,
  ) =>
  async (ctx: WriteContext, { params, body }: Of<'putWebhook'>) => {
    const { keyring, providers } = services;
    const { tx, organization, now } = ctx;
    const before = found(await lockWebhook(tx, organization, params.webhook));
    await requireTakingAll({ ...ctx, db: tx }, providers, before);
    const row = {
      ...before,
      ...definedOf(body),
      ...(body.headers ? headersOf(keyring, before, body.headers) : {}),
    };
    if (row.url !== before.url) await requireUseOfTellers(ctx, before.id);
    const agent = await appointFor(ctx, providers);
    await requireHearing(ctx, providers, row);
    await requireFilters({ ...ctx, db: tx }, providers, row);
    const changed = await updateWebhook(tx, organization, { ...row, agent }, now);
    const isAnew = changed.url !== before.url || (changed.enabled && !before.enabled);
    if (isAnew) forgetFailures(tx, organization, before.id);
    if (changed.enabled) tx.announce('delivery');
    await record(ctx, 'webhook.change', before.id, []);
    return showWebhook({ ...changed, failing_since: isAnew ? null : before.failing_since }, now);
  };

/** @throws AppError not_found (404) */
export async function deleteWebhook(ctx: WriteContext, { params }: Of<'deleteWebhook'>) {
  if (!(await deleteRow(ctx.tx, ctx.organization, params.webhook))) found(undefined);
  await record(ctx, 'webhook.delete', params.webhook, []);
  return undefined;
}

/** The old secret holds on for a day beside the new one. @throws AppError 400, 403, not_found (404) */
export const rotateSecret =
  ({ keyring, providers }: WebhookServices) =>
  async (ctx: WriteContext, { params, body }: Of<'rotateSecret'>) => {
    const { tx, organization, now } = ctx;
    const before = found(await lockWebhook(tx, organization, params.webhook));
    await requireTakingAll({ ...ctx, db: tx }, providers, before);
    const secret = secretOf(body.secret);
    const { secret: previous, headers } = openWebhook(keyring, before);
    const sealed = sealWebhook(keyring, before.id, { secret, previous, headers });
    const previous_until = new Date(now.getTime() + overlapHours * 3_600_000);
    const row = { ...before, sealed, previous_until };
    const changed = await updateWebhook(tx, organization, row, now);
    await record(ctx, 'webhook.rotate', before.id, []);
    return { ...showWebhook({ ...changed, failing_since: before.failing_since }, now), secret };
  };

const initial = {
  description: '',
  enabled: true,
  filter_connection_id: null,
  filter_sync_id: null,
  filter_object: null,
  max_in_flight: 1,
  previous_until: null,
  disabled_at: null,
  disabled_reason: null,
};

/** What of the settings is given, by the names of the columns. */
function settingsOf({ description, enabled, filter, max_in_flight }: Given): Partial<WebhookRow> {
  return {
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof enabled === 'boolean' ? { enabled } : {}),
    ...(max_in_flight ? { max_in_flight } : {}),
    ...(filter
      ? {
          filter_connection_id: filter.connection_id || null,
          filter_sync_id: filter.sync_id || null,
          filter_object: filter.object || null,
        }
      : {}),
  };
}

function definedOf(body: Given): Partial<WebhookRow> {
  return {
    ...settingsOf(body),
    ...(body.url ? { url: urlOf(body.url) } : {}),
    ...(body.events ? { events: eventsOf(body.events) } : {}),
    ...(body.enabled ? { disabled_at: null, disabled_reason: null } : {}),
  };
}

/** @throws AppError 400 that names the header */
function headersOf(keyring: Keyring, row: WebhookRow, headers: Readonly<Record<string, string>>) {
  requireHeaders(headers);
  const sealed = sealWebhook(keyring, row.id, { ...openWebhook(keyring, row), headers });
  return { header_names: Object.keys(headers), sealed };
}
