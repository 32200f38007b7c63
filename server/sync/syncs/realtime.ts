import { isDeepStrictEqual } from 'node:util';
import { invalid } from '../../runtime/errors.ts';
import type { ConnectionRow } from '../connections/store.ts';
import type { Connector } from '../connectors/connector.ts';
import type { Definition } from './definition.ts';
import type { SyncRow } from './store.ts';

/** One that hears what changes, one for questions, and one that reads what is there. */
const connectionsMin = 3;

/** What can be said of a sync in realtime without asking its systems. @throws AppError 400 */
export function requireFollowable(
  source: Connector,
  destination: Connector,
  settings: Definition,
  connection: Pick<ConnectionRow, 'config'>,
): void {
  if (settings.source.query !== null) {
    const message =
      'cannot be followed in realtime: name an object, or choose a cron pattern as schedule.';
    throw invalid('source.query', message);
  }
  if (source.capabilities.realtime !== 'feed') {
    requirePollable(source, settings);
    return;
  }
  requireTellable(source, destination, settings);
  requireRoom(connection, 'source.connection_id');
}

/** Whoever hears what changes needs several connections. @throws AppError 400 */
export function requireRoom({ config }: Pick<ConnectionRow, 'config'>, member: string): void {
  const { max_connections: max } = config;
  if (typeof max !== 'number' || max >= connectionsMin) return;
  const message = `has ${max} connections at most, and realtime needs ${connectionsMin}: set its config.max_connections to ${connectionsMin} or more.`;
  throw invalid(member, message);
}

/** The source tells what changes, deletions among it. */
function requireTellable(
  { provider }: Connector,
  destination: Connector,
  { mode, cursor_field }: Definition,
): void {
  if (!destination.capabilities.modes.includes('upsert')) {
    const message = `takes new records only: realtime from ${provider} needs one whose records can be changed (the mode upsert). Choose another destination, or a cron pattern as schedule.`;
    throw invalid('destination.connection_id', message);
  }
  if (mode === 'append' || mode === 'replace') {
    const message = `must be upsert or mirror in realtime from ${provider}, which tells what becomes of each record.`;
    throw invalid('mode', message);
  }
  if (cursor_field !== null) {
    const message = `must not be given in realtime from ${provider}, which tells itself what changes: make a sync without it.`;
    throw invalid('cursor_field', message);
  }
}

/** The source is asked again and again for what is new. */
function requirePollable(
  { provider, capabilities }: Connector,
  { mode, cursor_field }: Definition,
): void {
  if (mode === 'mirror' || mode === 'replace') {
    const message = `must not be ${mode} in realtime from ${provider}: it would read everything every few seconds. Choose upsert or append, or a cron pattern as schedule.`;
    throw invalid('mode', message);
  }
  if (capabilities.realtime === 'field' && cursor_field === null) {
    const message = `is required in realtime from ${provider}: name a field that grows with every change, like updated_at.`;
    throw invalid('cursor_field', message, 'required');
  }
}

type Standing = Pick<SyncRow, 'settings' | 'schedule' | 'enabled'>;

/** What becomes of a sync that follows its source when it is changed. */
export type Turn = {
  /** Its run begins anew, or ends. */
  readonly ends: boolean;
  /** What is at the destination would be another: everything is read anew. */
  readonly rereads: boolean;
};

/** A run keeps what it began with; one that goes on for ever would keep it for ever. */
export function turnOf(before: SyncRow, after: Standing): Turn {
  const isFollowing = before.schedule === 'realtime' && before.enabled;
  if (!isFollowing) return { ends: false, rereads: false };
  const leaves = after.schedule !== 'realtime' || !after.enabled;
  const rereads = !isAlike(contentOf(before.settings), contentOf(after.settings));
  return { ends: leaves || !isSameBut(before.settings, after.settings), rereads };
}

/** Whether a definition means the same but for what it warns of. */
export function isSameBut(one: Definition, other: Definition): boolean {
  const [a, b] = [one, other].map(({ alerts: _, ...rest }) => rest);
  return isAlike(a, b);
}

/** By what it is decided what the destination holds. */
function contentOf(definition: Definition) {
  const { source, destination, mode, key, field_mappings, filters, transforms } = definition;
  return { source, destination, mode, key, field_mappings, filters, transforms };
}

/** What is not given is not there, where it was kept. */
function isAlike(one: unknown, other: unknown): boolean {
  const [a, b] = [one, other].map((value) => JSON.parse(JSON.stringify(value)));
  return isDeepStrictEqual(a, b);
}
