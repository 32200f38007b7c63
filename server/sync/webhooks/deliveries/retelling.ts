import type { Told } from '../../../../contract/sync/catalogue.ts';
import type { Tx } from '../../../runtime/database/database.ts';
import type { Confidences } from '../confidence.ts';
import { typesOf } from '../given.ts';
import type { WebhookRow } from '../store.ts';
import { isFiltered } from '../telling/matching.ts';
import { ownObjectOf } from '../telling/own.ts';
import { stillTold, type TellingServices } from '../telling/telling.ts';
import { type SettledDelivery, selectTold } from './store.ts';

export type RetellingServices = TellingServices & { readonly confidences: Confidences };
type Settled = Pick<SettledDelivery, 'id' | 'event_id' | 'type' | 'bytes'> & { salt: Buffer };

const bytesAtOnce = 4 * 1024 * 1024;

/**
 * The ids of those deliveries that the webhook would be told now, too: what was told before it was
 * narrowed, or while whoever made it might see more, stays where it is. `tellers`: the workflows whose
 * notices may go there again.
 */
export async function retold(
  services: RetellingServices,
  tx: Tx,
  webhook: WebhookRow,
  settled: readonly Settled[],
  tellers: readonly string[],
): Promise<string[]> {
  // What is sent on purpose is so whatever its events say.
  const types = new Set<string>([
    ...webhook.events.flatMap(typesOf),
    'notice.sent',
    'webhook.test',
  ]);
  const allowed = settled.filter(({ type }) => types.has(type));
  const { looked = [], known = [] } = Object.groupBy(allowed, ({ type }) =>
    isLookedAt(webhook, type) ? 'looked' : 'known',
  );
  const told = new Set(known.map(({ id }) => id));
  for (const part of parts(looked)) {
    const events = await stillToldOf(services, tx, webhook, { part, tellers });
    for (const { id, event_id } of part) if (events.has(event_id)) told.add(id);
  }
  return settled.flatMap(({ id }) => (told.has(id) ? [id] : []));
}

/** Whether who is told of it depends on what it is. */
function isLookedAt(webhook: WebhookRow, type: string): boolean {
  if (type === 'webhook.test') return false;
  if (type === 'notice.sent') return true;
  const isOfProduct = type.startsWith('record.') || ownObjectOf(type as Told['type']) !== undefined;
  return isOfProduct || isFiltered(webhook);
}

async function stillToldOf(
  services: RetellingServices,
  tx: Tx,
  webhook: WebhookRow,
  { part, tellers }: { part: readonly Settled[]; tellers: readonly string[] },
): Promise<Set<string>> {
  const { organization_id: organization } = webhook;
  const confidenceOf = await services.confidences(organization);
  const salts = new Map(part.map(({ event_id, salt }) => [event_id, salt]));
  const kept = await selectTold(tx, organization, [...salts.keys()]);
  const before = kept.map(({ id, encrypted }) => {
    const text = confidenceOf(salts.get(id) as Buffer).decrypt(encrypted);
    return { id, told: JSON.parse(text) as Told };
  });
  const told = await stillTold(services, tx, organization, webhook, before);
  for (const one of before) if (isStillNoticed(one.told, tellers)) told.add(one.id);
  return told;
}

/** What syncs say of themselves is nobody's record. */
function isStillNoticed({ type, data }: Told, tellers: readonly string[]): boolean {
  if (type !== 'notice.sent') return false;
  return data.workflow_id === null ? data.sync_id !== null : tellers.includes(data.workflow_id);
}

/** No more at once than fits. */
function parts(settled: readonly Settled[]): Settled[][] {
  const all: Settled[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of settled) {
    bytes += one.bytes;
    if (bytes > bytesAtOnce) {
      all.push([]);
      bytes = one.bytes;
    }
    all.at(-1)?.push(one);
  }
  return all;
}
