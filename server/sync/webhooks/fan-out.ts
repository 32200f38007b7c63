import type { Tx } from '../../runtime/database/database.ts';
import type { EventRow } from '../../runtime/events/events.ts';
import { newId } from '../conventions/ids.ts';
import { type Confidence, type Confidences, newSalt } from './confidence.ts';
import { bodyOf } from './deliveries/body.ts';
import {
  insertDeliveries,
  insertEvents,
  type NewDelivery,
  type NewEvent,
} from './deliveries/store.ts';
import { selectEnabledWebhooks, type WebhookRow } from './store.ts';
import { type Telling, type TellingServices, tell } from './telling/telling.ts';

/** Notes what is to be delivered to which webhook. */
export function deliveryTaker(services: TellingServices & { confidences: Confidences }) {
  return async (tx: Tx, events: readonly EventRow[]): Promise<void> => {
    const byOrganization = Map.groupBy(events, ({ organization }) => organization);
    const webhooks = await selectEnabledWebhooks(tx, [...byOrganization.keys()]);
    const listeners = Map.groupBy(webhooks, (webhook) => webhook.organization_id);
    for (const [organization, to] of listeners) {
      const own = byOrganization.get(organization) ?? [];
      const tellings = await tell(services, tx, organization, own, to);
      if (tellings.length === 0) continue;
      const confidenceOf = await services.confidences(organization);
      await insert(tx, organization, services.clock.now(), tellings, confidenceOf);
    }
  };
}

async function insert(
  tx: Tx,
  organization: number,
  now: Date,
  tellings: readonly Telling<WebhookRow>[],
  confidenceOf: (salt: Buffer) => Confidence,
): Promise<void> {
  const events: NewEvent[] = [];
  const deliveries: NewDelivery[] = [];
  for (const { event, told, subject, to } of tellings) {
    const id = newId('event');
    const salt = newSalt();
    const encrypted = confidenceOf(salt).encrypt(bodyOf(id, event.created_at, told));
    events.push({ id, subject, salt, encrypted, depth: event.depth, created_at: now });
    for (const { id: webhook_id } of to) {
      deliveries.push({ id: newId('delivery'), webhook_id, event_id: id, type: told.type });
    }
  }
  insertEvents(tx, organization, events);
  insertDeliveries(tx, organization, deliveries, now);
  tx.announce('delivery');
}
