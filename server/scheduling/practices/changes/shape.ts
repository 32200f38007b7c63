import { shortId } from '../../../runtime/ids.ts';
import type { LocationRow } from '../store.ts';
import type { DoctorRow, PracticeRow } from './store.ts';

/** A practice as the operator sees it. */
export function showPractice(row: PracticeRow) {
  return {
    id: shortId('practice', row.id),
    name: row.name,
    organization: shortId('organization', row.organization_id),
    email: row.email,
    country: row.country,
    phone: row.phone,
    hold_minutes: row.hold_minutes,
    locations: row.locations.map(showLocation),
    doctors: row.doctors.map(showDoctor),
  };
}

export function showLocation({ id, practice_id: _, name, timezone, ...address }: LocationRow) {
  return { id: shortId('location', id), name, timezone, ...address };
}

export function showDoctor({ id, name }: Pick<DoctorRow, 'id' | 'name'>) {
  return { id: shortId('doctor', id), name };
}
