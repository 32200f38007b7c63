import type { Tx } from '../../../runtime/database/database.ts';
import type { Providers } from '../../connections/providers.ts';
import type { Json } from '../../values/types.ts';
import type { TriggerRow } from '../store.ts';
import { selectEnds } from './store.ts';

type Told = { readonly type: string; readonly data: { readonly [name: string]: Json } };

/** Whether a trigger may hear of something. */
export type MayHear = (
  trigger: Pick<TriggerRow, 'connection_id' | 'object'>,
  told: Told,
) => boolean;

/**
 * Records that a sync takes out of a product of this server are told to triggers that name its connection
 * and object: whoever made them could read it. What it writes into one, and what a sync has moved that is gone or
 * reads from elsewhere by now, is told to none: the triggers on records see that, by a connection to the product.
 */
export async function hearing(
  tx: Tx,
  providers: Providers,
  organization: number,
  happenings: readonly Told[],
): Promise<MayHear> {
  const ofRecords = happenings.filter(({ type }) => type.startsWith('record.'));
  const syncs = [...new Set(ofRecords.map(({ data }) => String(data.sync_id)))];
  const ends = syncs.length === 0 ? [] : await selectEnds(tx, organization, syncs);
  const byId = new Map(ends.map((one) => [one.id, one]));
  const isOwn = (provider: string) => providers.find(provider)?.own !== undefined;
  return ({ connection_id, object }, { type, data }) => {
    if (!type.startsWith('record.')) return true;
    const sync = byId.get(String(data.sync_id));
    if (!sync || sync.source_id !== data.connection_id || isOwn(sync.destination)) return false;
    const isNamed = connection_id === data.connection_id && object === data.object;
    return !isOwn(sync.source) || isNamed;
  };
}
