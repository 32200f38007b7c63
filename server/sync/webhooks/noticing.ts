import { ConnectorError } from '../connectors/failure.ts';
import { insertApplied, updateApplied } from '../connectors/own/store.ts';
import { newId } from '../conventions/ids.ts';
import type { TellWebhook } from '../notices/sending.ts';
import { type Confidences, newSalt } from './confidence.ts';
import { bodyOf } from './deliveries/body.ts';
import { insertDeliveries, insertEvents } from './deliveries/store.ts';
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
    const [event_id, id, salt] = [newId('event'), newId('delivery'), newSalt()];
    const told = { message, ...(from ?? nowhere), data: data && { ...data } };
    const text = bodyOf(event_id, now, { type: 'notice.sent', data: told });
    const encrypted = confidenceOf(salt).encrypt(text);
    const event = { id: event_id, subject: about ?? null, salt, encrypted, created_at: now };
    insertEvents(tx, organization, [{ ...event, depth: depth ?? 0 }]);
    const delivery = { id, webhook_id: webhook.id, event_id, type: 'notice.sent' };
    insertDeliveries(tx, organization, [delivery], now);
    updateApplied(tx, organization, `notice ${key}`, id);
    tx.announce('delivery');
    return { id };
  };
