import type { Static } from 'typebox';
import { type causing, triggerTypes } from '../../../contract/sync/triggers.ts';
import { invalid } from '../../runtime/errors.ts';
import { checkSchedule } from '../schedules/schedules.ts';
import type { FilterGiven } from '../syncs/definition.ts';
import { conditionOf, readFilter } from './filters.ts';
import { ownObjectOfEvent, requireEvent } from './happenings/types.ts';
import type { TriggerRow, TriggerType } from './store.ts';

/** What a trigger looks at. */
export type Cause = Pick<
  TriggerRow,
  | 'type'
  | 'connection_id'
  | 'object'
  | 'event'
  | 'filter'
  | 'field'
  | 'cursor_field'
  | 'schedule'
  | 'timezone'
  | 'is_from_beginning'
>;

type Member = keyof typeof causing;
export type GivenCause = { type?: TriggerType | null | undefined } & {
  [M in Member]?: Static<(typeof causing)[M]> | undefined;
};

/** What each type has to be given, and what it may be given besides. */
const members: Record<TriggerType, { needs: readonly Member[]; takes?: readonly Member[] }> = {
  record_created: recordsWith(),
  record_updated: recordsWith(),
  record_deleted: recordsWith(),
  field_changed: recordsWith('field'),
  schedule: { needs: ['schedule'], takes: ['timezone'] },
  api_call: { needs: [], takes: ['connection_id', 'object'] },
  event: { needs: ['event'], takes: ['connection_id', 'object', 'filter'] },
};

function recordsWith(...more: Member[]) {
  const takes: Member[] = ['filter', 'cursor_field', 'from'];
  return { needs: ['connection_id', 'object', ...more] as Member[], takes };
}

/** Whether it sees records of a connected system. */
export function looksAtRecords({ type }: Pick<TriggerRow, 'type'>): boolean {
  return type.startsWith('record_') || type === 'field_changed';
}

/**
 * What was given over what was there before, as far as the type has it; null and, for names, an empty
 * text are not given.
 * @throws AppError 400 that names the member
 */
export function defineCause(given: GivenCause, before?: Cause): Cause {
  const type = given.type ?? before?.type;
  if (!type) throw invalid('type', `must be one of ${triggerTypes.join(', ')}.`, 'required');
  refuseStrange(type, given);
  const of = takenFrom(type, before);
  const event = given.event || of('event');
  const own = ownObjectOfEvent(event);
  // What is named for the events of one product means nothing for those of another.
  const isOther = before !== undefined && own?.object !== ownObjectOfEvent(before.event)?.object;
  const cause: Cause = {
    type,
    connection_id: given.connection_id || (isOther ? null : of('connection_id')),
    object: given.object || own?.object || (isOther ? null : of('object')),
    event,
    filter: filterOf(given.filter, of('filter')),
    field: given.field || of('field'),
    cursor_field: given.cursor_field || of('cursor_field'),
    schedule: given.schedule?.trim() || of('schedule'),
    timezone: type === 'schedule' ? given.timezone?.trim() || of('timezone') || 'UTC' : null,
    is_from_beginning: isFromBeginning(given, before),
  };
  requireAll(cause);
  requireSchedule(cause);
  requireEvent(cause);
  if (type === 'event') conditionOf(cause);
  else readFilter(cause);
  return cause;
}

/** Whether both see the same, so that one goes on where the other is. */
export function looksAtSame(one: Cause, other: Cause): boolean {
  const [a, b] = [one, other].map(({ type, connection_id, object, event, field, cursor_field }) =>
    JSON.stringify([type, connection_id, object, event, field, cursor_field]),
  );
  return a === b;
}

function refuseStrange(type: TriggerType, given: GivenCause): void {
  const { needs, takes = [] } = members[type];
  const known = new Set<Member>([...needs, ...takes]);
  const all: Member[] = Object.values(members).flatMap(({ needs: a, takes: b = [] }) => [
    ...a,
    ...b,
  ]);
  const strange = all.find((member) => given[member] && !known.has(member));
  if (strange === undefined || isNothing(given[strange])) return;
  throw invalid(strange, `a trigger of type ${type} has none: leave it out.`);
}

function isNothing(value: unknown): boolean {
  return value === 'now' || (Array.isArray(value) && value.length === 0);
}

/** What a trigger had before, where its type still has it. */
function takenFrom(type: TriggerType, before: Cause | undefined) {
  const { needs, takes = [] } = members[type];
  return <M extends Exclude<Member, 'from'>>(member: M): Cause[M] | null =>
    before && [...needs, ...takes].includes(member) ? before[member] : null;
}

function filterOf(
  given: GivenCause['filter'],
  before: Cause['filter'],
): FilterGiven | FilterGiven[] | null {
  if (Array.isArray(given) && given.length === 0) return null;
  if (typeof given === 'string' && given.trim() === '') return before;
  return given ?? before;
}

function isFromBeginning({ from, type }: GivenCause, before: Cause | undefined): boolean {
  if (from) return from === 'beginning';
  return before !== undefined && (type ?? before.type) === before.type && before.is_from_beginning;
}

function requireAll(cause: Cause): void {
  for (const member of members[cause.type].needs) {
    if (member === 'from' || cause[member] !== null) continue;
    const message = `is required: a trigger of type ${cause.type} needs it.`;
    throw invalid(member, message, 'required');
  }
}

function requireSchedule({ schedule, timezone }: Cause): void {
  if (schedule === null) return;
  checkSchedule({ pattern: schedule, timezone: timezone ?? 'UTC' }, true);
}
