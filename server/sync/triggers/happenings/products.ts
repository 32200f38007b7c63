import type { Tx } from '../../../runtime/database/database.ts';
import type { EventRow } from '../../../runtime/events/events.ts';
import { causedDepth } from '../../causes/causes.ts';
import { selectConnection } from '../../connections/store.ts';
import type { Json } from '../../values/types.ts';
import { isOwn, ownRecordOf } from '../../webhooks/telling/own.ts';
import { type Listener, type TellingServices, tell } from '../../webhooks/telling/telling.ts';
import type { Firing } from '../firing.ts';
import type { Passing } from './passing.ts';
import { ownObjectOfEvent } from './types.ts';

type Hearing = Passing & Listener;

/**
 * What fires of what has happened in the other products: as a webhook would be told it, to whom the
 * connection of the trigger shows it.
 */
export async function firingsOfProducts(
  services: TellingServices,
  tx: Tx,
  organization: number,
  { filters, events }: { filters: readonly Passing[]; events: readonly EventRow[] },
): Promise<Firing[]> {
  const own = events.filter((event) => isOwn(event));
  if (own.length === 0) return [];
  const listeners = await hearingsOf(tx, organization, filters);
  const tellings = await tell(services, tx, organization, own, listeners);
  const heard = tellings.flatMap(({ event, told: { type, data }, subject, to }) => {
    if (!isOwn(event)) return [];
    const { created_at, depth } = event;
    const happening = { type, data: data as Record<string, Json>, created_at, depth };
    const { object, key } = ownRecordOf(event);
    return to
      .filter(({ passes }) => passes(happening))
      .map(({ trigger }) => {
        const named = { connection_id: trigger.connection_id ?? '', object, key };
        const record = happening.data as Json;
        return {
          named,
          depth,
          firing: { trigger, record, ...(subject === null ? {} : { subject }) },
        };
      });
  });
  const depths = await causedDepth(
    tx,
    organization,
    heard.map(({ named }) => named),
  );
  return heard.map(({ firing, depth }, at) => {
    return { ...firing, depth: Math.max(depth + 1, depths[at] ?? 1) };
  });
}

/** The eyes of a trigger are those of its connection; without it, it hears nothing. */
async function hearingsOf(
  tx: Tx,
  organization: number,
  filters: readonly Passing[],
): Promise<Hearing[]> {
  const meant = filters.filter(({ trigger }) => ownObjectOfEvent(trigger.event) !== undefined);
  const ids = new Set(meant.flatMap(({ trigger }) => trigger.connection_id ?? []));
  const connections = await Promise.all(
    [...ids].map((id) => selectConnection(tx, organization, id)),
  );
  const agents = new Map(connections.flatMap((one) => (one ? [[one.id, one.agent]] : [])));
  return meant.flatMap(({ trigger, passes }) => {
    const { event, connection_id } = trigger;
    const agent = agents.get(connection_id ?? '');
    if (event === null || agent === undefined) return [];
    const filter = { filter_connection_id: connection_id, filter_sync_id: null };
    return { trigger, passes, events: [event], agent, ...filter, filter_object: null };
  });
}
