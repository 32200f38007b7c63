import { AppError } from '../../../runtime/errors.ts';
import type { Dependents } from './store.ts';

const words: Record<keyof Dependents, [one: string, many: string]> = {
  appointments: ['appointment', 'appointments'],
  open: ['open booking', 'open bookings'],
  booked: ['time that is taken', 'times that are taken'],
  series: ['weekly series', 'weekly series'],
};

/**
 * Moving or cancelling appointments notifies patients, so that is done first.
 * @throws AppError 400 that says how many there are
 */
export function requireNoAppointments(name: string, { appointments }: Dependents): void {
  if (appointments === 0) return;
  const one = appointments === 1;
  const has = one ? '1 upcoming appointment' : `${appointments} upcoming appointments`;
  throw refusal(`${name} still has ${has}; cancel or move ${one ? 'it' : 'them'} first.`);
}

/** @throws AppError 400 that says what would be changed, unless somebody is sure */
export function requireSure(
  name: string,
  dependents: Dependents,
  outcome: string,
  sure: boolean,
): void {
  const has = describe(dependents);
  if (sure || has === '') return;
  throw refusal(`${name} still has ${has}; ${outcome}. Add --yes to go ahead.`);
}

/** The same for a change of which patients are notified. */
export function requireSureToNotify(
  name: string,
  { appointments }: Dependents,
  sure: boolean,
): void {
  if (sure || appointments === 0) return;
  const has = describe({ appointments, open: 0, booked: 0, series: 0 });
  throw refusal(
    `${name} has ${has} to come; patients and practice are told of the change by mail. ` +
      'Add --yes to go ahead.',
  );
}

function describe(dependents: Dependents): string {
  const kinds = (Object.keys(words) as (keyof Dependents)[])
    .filter((kind) => dependents[kind] > 0)
    .map((kind) => `${dependents[kind]} ${words[kind][dependents[kind] === 1 ? 0 : 1]}`);
  return new Intl.ListFormat('en-US').format(kinds);
}

function refusal(message: string): AppError {
  return new AppError('invalid_request', { message });
}
