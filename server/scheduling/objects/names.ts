import Type from 'typebox';
import type { Caller } from '../../platform/access/callers.ts';
import type { Members } from '../../platform/objects.ts';
import type { Named } from '../records.ts';

const scope = 'practices/get';

const nameOf = (what: string) => {
  return Type.Union([Type.String(), Type.Null()], { description: `${what}; needs ${scope}.` });
};
export const placeNames = {
  practice_name: nameOf('What the practice is called'),
  location_name: nameOf('What the location is called'),
};
export const names = { ...placeNames, doctor_name: nameOf('What the doctor is called') };

/** What people call what a record has the ids of, as far as whoever acts may read that. */
export function showNames(row: Partial<Named>, { scopes }: Caller): Members {
  const { practice_name, location_name, doctor_name } = row;
  return scopes.has(scope) ? { practice_name, location_name, doctor_name } : {};
}
