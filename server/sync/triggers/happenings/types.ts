import { type ToldType, toldTypes } from '../../../../contract/sync/catalogue.ts';
import { invalid } from '../../../runtime/errors.ts';

/**
 * What Sync itself does. Records of the other products are seen by the triggers on records, which read
 * them as the agent of their connection.
 */
const ofSync = ['sync.', 'record.', 'connection.', 'workflow.', 'webhook.'];
const types = toldTypes.filter(
  (type) => type !== 'webhook.test' && ofSync.some((beginning) => type.startsWith(beginning)),
);

type Cause = { event: string | null; connection_id: string | null; object: string | null };

/** The types that a trigger names: one, or all with a beginning (`sync.*`). @throws AppError 400 */
export function requireEvent({ event, connection_id, object }: Cause): void {
  if (event === null) return;
  requireType(event);
  const ofRecords = event.startsWith('record.');
  if (object !== null && !ofRecords) {
    throw invalid('object', 'is of the events of records: leave it out, or filter by a field.');
  }
  if (connection_id !== null && !ofRecords && !event.startsWith('connection.')) {
    const message =
      "is of the events of records and connections: filter by a field, like sync_id = 'sync_…'.";
    throw invalid('connection_id', message);
  }
}

function requireType(event: string): void {
  if (types.some((type) => isMeant(event, type))) return;
  if (toldTypes.some((type) => isMeant(event, type))) {
    const message =
      'is of another product: choose the type record_created, record_updated or field_changed, on a connection to it.';
    throw invalid('event', message);
  }
  throw invalid('event', `must be one of ${types.join(', ')}, or end in .*, like sync.*`, 'enum');
}

/** By what names triggers hear of a type. */
export function namesOf(type: string): string[] {
  return [type, `${type.slice(0, type.indexOf('.'))}.*`];
}

export function isOfSync(type: string): type is ToldType {
  return (types as string[]).includes(type);
}

function isMeant(event: string, type: string): boolean {
  return namesOf(type).includes(event);
}
