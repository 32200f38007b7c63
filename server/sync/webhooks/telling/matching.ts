import type { EventOf } from '../../../../contract/events.ts';
import type { Told, ToldType } from '../../../../contract/sync/catalogue.ts';
import type { EventRow } from '../../../runtime/events/events.ts';
import type { ConnectionRow } from '../../connections/store.ts';
import type { SyncRow } from '../../syncs/store.ts';
import { typesOf } from '../given.ts';
import type { WebhookRow } from '../store.ts';
import { isOwn, ownRecordOf } from './own.ts';

/** Whoever is to be told of something: a webhook, or what acts as one. */
export type Listener = Pick<
  WebhookRow,
  'events' | 'agent' | 'filter_connection_id' | 'filter_sync_id' | 'filter_object'
>;

/** An event of the log that can be told; what is only sent on purpose is not in it. */
export type TellableType = Exclude<ToldType, 'webhook.test' | 'notice.sent'>;
export type Tellable = EventOf<TellableType>;
export type TellableRow<T extends TellableType = TellableType> = Extract<
  EventRow,
  { readonly type: T }
>;

/** What is told of an event, and to whom: the same to all of them. */
export type Telling<L> = {
  readonly event: EventRow;
  readonly told: Told;
  /** Whom or what it tells of, as `<noun> <id>`. */
  readonly subject: string | null;
  readonly to: L[];
};

/** What filters ask for, by its id. */
export type Known = {
  readonly syncs: ReadonlyMap<string, SyncRow>;
  readonly connections: ReadonlyMap<string, ConnectionRow>;
};

type Place = { connections: readonly string[]; sync?: string; objects: readonly string[] };

/** Whether a listener wants to hear of an event, whoever may. */
export function isWanted(
  event: TellableRow,
  { events, ...filters }: Listener,
  known: Known,
): boolean {
  if (!events.some((entry) => typesOf(entry).includes(event.type))) return false;
  if (!isFiltered(filters)) return true;
  const { filter_connection_id: connection, filter_sync_id: sync, filter_object: object } = filters;
  const place = placeOf(event, known);
  return (
    (connection === null || isOf(event, place, connection, known)) &&
    (sync === null || place.sync === sync) &&
    (object === null || place.objects.includes(object))
  );
}

/** Whether it wants to hear of a connection, a sync or an object only. */
export function isFiltered(
  listener: Pick<Listener, 'filter_connection_id' | 'filter_sync_id' | 'filter_object'>,
): boolean {
  const { filter_connection_id, filter_sync_id, filter_object } = listener;
  return filter_connection_id !== null || filter_sync_id !== null || filter_object !== null;
}

/** What a product tells is of each connection to it. */
function isOf(event: TellableRow, place: Place, id: string, { connections }: Known): boolean {
  if (!isOwn(event)) return place.connections.includes(id);
  return place.connections.includes(connections.get(id)?.provider ?? '');
}

function placeOf(event: Tellable, { syncs }: Known): Place {
  switch (event.type) {
    case 'sync.completed':
    case 'sync.failed':
    case 'sync.paused':
    case 'sync.alert':
      return placeOfSync(event.data.sync_id, syncs.get(event.data.sync_id));
    case 'record.created':
    case 'record.updated':
    case 'record.deleted': {
      const { connection_id, sync_id, object } = event.data;
      return { connections: [connection_id], sync: sync_id, objects: object ? [object] : [] };
    }
    case 'connection.health_changed':
      return { connections: [event.data.id], objects: [] };
    case 'workflow.triggered':
    case 'webhook.disabled':
      return { connections: [], objects: [] };
    default: {
      const { provider, object } = ownRecordOf(event);
      return { connections: [provider], objects: [object] };
    }
  }
}

function placeOfSync(sync: string, row: SyncRow | undefined): Place {
  if (!row) return { connections: [], sync, objects: [] };
  const { source, destination } = row.settings;
  const objects = [source.object, destination.object].flatMap((one) => one ?? []);
  return { connections: [source.connection_id, destination.connection_id], sync, objects };
}
