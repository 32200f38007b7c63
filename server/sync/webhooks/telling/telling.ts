import { catalogue, type Told } from '../../../../contract/sync/catalogue.ts';
import type { Platform } from '../../../platform/platform.ts';
import type { Db } from '../../../runtime/database/database.ts';
import type { EventRow } from '../../../runtime/events/events.ts';
import { type ConnectionRow, selectConnection } from '../../connections/store.ts';
import { Eyes, type EyesServices } from './eyes.ts';
import {
  isFiltered,
  isWanted,
  type Known,
  type Listener,
  type TellableRow,
  type Telling,
} from './matching.ts';
import { isOwn, subjectOf } from './own.ts';
import { OwnTelling } from './own-telling.ts';
import { isOfRecord, RecordTelling } from './record-telling.ts';
import { selectNamedSyncs } from './store.ts';

export type { Listener, Telling } from './matching.ts';
export type TellingServices = EyesServices & Pick<Platform, 'keyring'>;

/**
 * What of the events of one organization is told to whom: to those who want to hear of it and may. It
 * is in the order of the events.
 */
export async function tell<L extends Listener>(
  services: TellingServices,
  db: Db,
  organization: number,
  events: readonly EventRow[],
  listeners: readonly L[],
): Promise<Telling<L>[]> {
  const tellable = events.filter(isTellable);
  if (tellable.length === 0 || listeners.length === 0) return [];
  const known = await knownTo(db, organization, tellable, listeners);
  const eyes = new Eyes(services, organization);
  const own = new OwnTelling(eyes, known);
  const records = new RecordTelling(services, eyes, db, organization, known);
  const wanted = tellable.flatMap((event) => {
    const to = listeners.filter((listener) => isWanted(event, listener, known));
    return to.length === 0 ? [] : [{ event, to }];
  });
  await own.look(wanted);
  const tellings: Telling<L>[] = [];
  for (const { event, to } of wanted) {
    if (isOwn(event)) tellings.push(...own.tell(event, to));
    else if (isOfRecord(event)) tellings.push(...(await records.tell(event, to)));
    // What the log holds of all others is what is told.
    else tellings.push({ event, told: event, subject: null, to });
  }
  return tellings;
}

/** What was told before, under an id. */
export type ToldBefore = { readonly id: string; readonly told: Told };

/** The ids of what would be told to a listener now, too: what it still wants to hear of, and may. */
export async function stillTold(
  services: TellingServices,
  db: Db,
  organization: number,
  listener: Listener,
  before: readonly ToldBefore[],
): Promise<Set<string>> {
  const events = before
    .map(({ id, told }) => ({ id, event: asEvent(told) }))
    .filter(({ event }) => isTellable(event));
  const known = await knownTo(
    db,
    organization,
    events.map(({ event }) => event),
    [listener],
  );
  const wanted = events.filter(({ event }) => isWanted(event, listener, known));
  const eyes = new Eyes(services, organization);
  const own = new OwnTelling(eyes, known);
  const records = new RecordTelling(services, eyes, db, organization, known);
  const to = [listener];
  await own.look(wanted.map(({ event }) => ({ event, to })));
  const mayHear = (event: TellableRow) => {
    if (isOwn(event)) return own.tell(event, to).length > 0;
    return isOfRecord(event) ? records.isAllowed(event, listener.agent) : true;
  };
  const ids = new Set<string>();
  for (const { id, event } of wanted) if (await mayHear(event)) ids.add(id);
  return ids;
}

/** As far as it is looked at by whoever tells of it. */
function asEvent(told: Told): TellableRow {
  const subject = isOwn(told) ? subjectOf(told) : '';
  return { ...told, subject } as unknown as TellableRow;
}

function isTellable(event: EventRow): event is TellableRow {
  return Object.hasOwn(catalogue, event.type);
}

/** The syncs and connections by which it is told what an event concerns, where that is asked. */
async function knownTo(
  db: Db,
  organization: number,
  events: readonly TellableRow[],
  listeners: readonly Listener[],
): Promise<Known> {
  const isAsked = listeners.some(isFiltered) || events.some(isOfRecord);
  const named = isAsked
    ? events.flatMap(({ data }) => ('sync_id' in data ? data.sync_id : []))
    : [];
  const syncIds = [...new Set(named)];
  const connectionIds = new Set(listeners.flatMap((one) => one.filter_connection_id ?? []));
  const [syncs, connections] = await Promise.all([
    syncIds.length === 0 ? [] : selectNamedSyncs(db, organization, syncIds),
    Promise.all([...connectionIds].map((id) => selectConnection(db, organization, id))),
  ]);
  const byId = <Row extends { id: string }>(rows: readonly (Row | undefined)[]) =>
    new Map(rows.flatMap((row) => (row ? [[row.id, row] as const] : [])));
  return { syncs: byId(syncs), connections: byId<ConnectionRow>(connections) };
}
