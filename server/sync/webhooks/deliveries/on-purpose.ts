import type { Told } from '../../../../contract/sync/catalogue.ts';
import type { Tx } from '../../../runtime/database/database.ts';
import { newId } from '../../conventions/ids.ts';
import { type Confidence, newSalt } from '../confidence.ts';
import type { WebhookRow } from '../store.ts';
import { bodyOf } from './body.ts';
import { insertDeliveries, insertEvents } from './store.ts';

export type OnPurpose = {
  readonly confidenceOf: (salt: Buffer) => Confidence;
  /** Whom or what it tells of, as `<noun> <id>`. */
  readonly subject: string | null;
  readonly depth: number;
  readonly now: Date;
};

/** Has a webhook told something that no event of the log is about, whatever it wants to hear of. */
export function tellOnPurpose(
  tx: Tx,
  { organization_id: organization, id: webhook_id }: Pick<WebhookRow, 'organization_id' | 'id'>,
  told: Told,
  { confidenceOf, subject, depth, now }: OnPurpose,
) {
  const [event_id, id, salt] = [newId('event'), newId('delivery'), newSalt()];
  const encrypted = confidenceOf(salt).encrypt(bodyOf(event_id, now, told));
  insertEvents(tx, organization, [
    { id: event_id, subject, salt, encrypted, depth, created_at: now },
  ]);
  const delivery = { id, webhook_id, event_id, type: told.type };
  insertDeliveries(tx, organization, [delivery], now);
  tx.announce('delivery');
  return { ...delivery, salt };
}
