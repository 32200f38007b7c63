import { type ToldType, toldTypes } from '../../../../contract/sync/catalogue.ts';
import { invalid } from '../../../runtime/errors.ts';
import { ownObjectOf } from '../../webhooks/telling/own.ts';

/** What is only sent on purpose is not heard. */
const types = toldTypes.filter((type) => type !== 'webhook.test' && type !== 'notice.sent');

type Cause = { event: string | null; connection_id: string | null; object: string | null };

/** The types that a trigger names: one, or all with a beginning (`sync.*`). @throws AppError 400 */
export function requireEvent({ event, connection_id, object }: Cause): void {
  if (event === null) return;
  if (!types.some((type) => isMeant(event, type))) {
    throw invalid('event', `must be one of ${types.join(', ')}, or end in .*, like sync.*`, 'enum');
  }
  const own = ownObjectOfEvent(event);
  if (own) requireOwn(own, { connection_id, object });
  else requireSync(event, { connection_id, object });
}

/** @throws AppError 400 */
function requireSync(event: string, { connection_id, object }: Omit<Cause, 'event'>): void {
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

/** What another product tells is heard through a connection to it. @throws AppError 400 */
function requireOwn(own: OwnObject, { connection_id, object }: Omit<Cause, 'event'>): void {
  if (object !== own.object) {
    throw invalid('object', `is ${own.object} for this event: leave it out.`);
  }
  if (connection_id !== null) return;
  const message = `is required: name a connection of the provider ${own.provider}, which says what may be heard of it.`;
  throw invalid('connection_id', message, 'required');
}

type OwnObject = NonNullable<ReturnType<typeof ownObjectOf>>;

/** Of which object of another product an event tells; undefined where it is of Sync itself. */
export function ownObjectOfEvent(event: string | null): OwnObject | undefined {
  const type = types.find((one) => event !== null && isMeant(event, one));
  return type && ownObjectOf(type);
}

/** By what names triggers hear of a type. */
export function namesOf(type: string): string[] {
  return [type, `${type.slice(0, type.indexOf('.'))}.*`];
}

export function isHeard(type: string): type is ToldType {
  return (types as string[]).includes(type);
}

function isMeant(event: string, type: string): boolean {
  return namesOf(type).includes(event);
}
