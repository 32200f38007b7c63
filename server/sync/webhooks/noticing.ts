import { ConnectorError } from '../connectors/failure.ts';
import { insertApplied, updateApplied } from '../connectors/own/store.ts';
import type { TellWebhook } from '../notices/sending.ts';
import type { Confidences } from './confidence.ts';
import { tellOnPurpose } from './deliveries/on-purpose.ts';
import { lockWebhook } from './store.ts';

const nowhere = { workflow_id: null, sync_id: null, run_id: null };

/** A notice as a delivery of a webhook, whatever its `events` say: signed, tried again, and shown as any other. */
export const tellWebhook =
  (confidences: Confidences): TellWebhook =>
  async (tx, organization, { to, message, key, about, from, depth, data = null }, now) => {
    const confidenceOf = await confidences(organization);
    const webhook = await lockWebhook(tx, organization, to);
    if (!webhook) throw new ConnectorError('configuration', `There is no webhook ${to}.`);
    if (!webhook.enabled) {
      throw new ConnectorError('configuration', `The webhook ${to} is disabled.`);
    }
    const before = await insertApplied(tx, organization, `notice ${key}`, now);
    if (before) return { id: before.record_id ?? '' };
    const told = { message, ...(from ?? nowhere), data: data && { ...data } };
    const terms = { confidenceOf, subject: about ?? null, depth: depth ?? 0, now };
    const { id } = tellOnPurpose(tx, webhook, { type: 'notice.sent', data: told }, terms);
    updateApplied(tx, organization, `notice ${key}`, id);
    return { id };
  };
