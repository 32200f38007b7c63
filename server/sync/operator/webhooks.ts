import type { In } from '../../../contract/endpoint.ts';
import { deliveries as contract } from '../../../contract/sync/deliveries.ts';
import { webhooks } from '../../../contract/sync/webhooks.ts';
import type { Platform } from '../../platform/platform.ts';
import { shortId } from '../../runtime/ids.ts';
import { usableTellers } from '../triggers/leading.ts';
import { confidences } from '../webhooks/confidence.ts';
import * as deliveries from '../webhooks/deliveries/deliveries.ts';
import { recoverDeliveries as recover } from '../webhooks/deliveries/recovering.ts';
import * as rules from '../webhooks/webhooks.ts';
import { listAll, sessionsOf } from './acting.ts';
import { findWebhook, organizationsOf } from './finding.ts';
import { requireFitting } from './given.ts';

type NewWebhook = In<typeof webhooks, 'createWebhook'>['body'];
type Given<Name extends keyof typeof contract> = In<typeof contract, Name>;

/** Its secret is in the answer, this once. @throws AppError 400 */
export async function createWebhook(platform: Platform, organization: string, body: NewWebhook) {
  requireFitting(webhooks.createWebhook.body, body);
  const [acting] = await organizationsOf(platform, organization);
  const create = rules.createWebhook(servicesOf(platform));
  return acting!.write((ctx) => create(ctx, { params: {}, query: {}, body }));
}

/** Of one organization, or of all. */
export async function listWebhooks(platform: Platform, organization?: string) {
  const actings = await organizationsOf(platform, organization);
  const lists = await Promise.all(
    actings.map(async ({ reading, organization: number }) => {
      const rows = await listAll(
        (query) => rules.listWebhooks(reading, { params: {}, query, body: undefined }),
        ({ id }) => id,
      );
      return rows.map((row) => ({ ...row, organization: shortId('organization', number) }));
    }),
  );
  return lists.flat();
}

export async function testWebhook(platform: Platform, given: string) {
  const { acting, params } = await find(platform, given);
  const test = deliveries.testWebhook(servicesOf(platform));
  return acting.write((ctx) => test(ctx, { params, query: {}, body: undefined }));
}

/** The new secret is in the answer, this once. */
export async function rotateWebhook(platform: Platform, given: string) {
  const { acting, params } = await find(platform, given);
  const rotate = rules.rotateSecret(servicesOf(platform));
  return acting.write((ctx) => rotate(ctx, { params, query: {}, body: {} }));
}

export async function deleteWebhook(platform: Platform, given: string): Promise<void> {
  const { acting, params } = await find(platform, given);
  await acting.write((ctx) => rules.deleteWebhook(ctx, { params, query: {}, body: undefined }));
}

/** Enabled again, it is sent what still waits. */
export async function enableWebhook(platform: Platform, given: string, enabled: boolean) {
  const { acting, params } = await find(platform, given);
  const change = rules.changeWebhook(servicesOf(platform), async () => undefined);
  return acting.write((ctx) => change(ctx, { params, query: {}, body: { enabled } }));
}

/** With what is sent. @throws AppError not_found (404) */
export async function showDelivery(platform: Platform, given: string, delivery: string) {
  const { acting, params } = await find(platform, given);
  const get = deliveries.getDelivery(servicesOf(platform));
  return get(acting.reading, { params: { ...params, delivery }, query: {}, body: undefined });
}

/** Newest first. */
export async function listDeliveries(
  platform: Platform,
  given: string,
  query: Given<'listDeliveries'>['query'],
) {
  const { acting, params } = await find(platform, given);
  const list = deliveries.listDeliveries(servicesOf(platform));
  const { body } = await list(acting.reading, { params, query, body: undefined });
  return body;
}

/** @throws AppError gone (410) */
export async function replayDelivery(platform: Platform, given: string, delivery: string) {
  const { acting, params } = await find(platform, given);
  const input = { params: { ...params, delivery }, query: {}, body: undefined };
  return acting.write((ctx) => deliveries.replayDelivery(servicesOf(platform))(ctx, input));
}

/** @throws AppError 400 */
export async function recoverDeliveries(
  platform: Platform,
  given: string,
  body: Given<'recoverDeliveries'>['body'],
) {
  requireFitting(contract.recoverDeliveries.body, body);
  const { acting, params } = await find(platform, given);
  return recover(servicesOf(platform))(acting.outside, { params, query: {}, body });
}

async function find(platform: Platform, given: string) {
  const { acting, id } = await findWebhook(platform, given);
  return { acting, params: { webhook: id } };
}

function servicesOf(platform: Platform) {
  const { providers } = sessionsOf(platform);
  const own = { providers, confidences: confidences(platform.secrets) };
  return { ...platform, ...own, usableTellers: usableTellers(providers) };
}
