import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { invalid } from '../../runtime/errors.ts';
import { shortId } from '../../runtime/ids.ts';
import { isTimeZone } from '../../runtime/zones.ts';
import { readPhone, writtenPhone } from '../patients/phone.ts';
import {
  insertDoctor,
  insertLocation,
  insertPractice,
  type NewLocation,
  type NewPractice,
  selectLocations,
  selectPractices,
} from './store.ts';

export async function listPractices({ db, organization, caller }: ReadContext) {
  const rows = await selectPractices(db, organization, caller.practiceIds);
  return rows.map(({ id, name, locations }) => ({
    id: shortId('practice', id),
    name,
    locations: locations.map((one) => ({ id: shortId('location', one.id), name: one.name })),
  }));
}

export async function listLocations({ db, organization, caller }: ReadContext) {
  const rows = await selectLocations(db, organization, caller.practiceIds);
  return rows.map(({ id, practice_id: _, ...location }) => ({
    id: shortId('location', id),
    ...location,
  }));
}

export type PracticeToCreate = NewPractice & {
  locations: readonly NewLocation[];
  doctors: readonly string[];
};

/** Opens a practice with its locations and doctors. Not part of the API: the operator does it. */
export async function createPractice(ctx: WriteContext, practice: PracticeToCreate) {
  for (const { timezone } of practice.locations) {
    if (!isTimeZone(timezone)) {
      throw invalid('location', `"${timezone}" is not an IANA time zone, such as America/Chicago.`);
    }
  }
  if (practice.locations.length === 0) throw invalid('location', 'give at least one.');
  if (practice.doctors.length === 0) throw invalid('doctor', 'give at least one.');
  const { tx, organization, now } = ctx;
  const phone = practice.phone ? readPracticePhone(practice, practice.phone) : null;
  const id = await insertPractice(tx, organization, { ...practice, phone }, now);
  const locations: { id: string; name: string; timezone: string }[] = [];
  for (const location of practice.locations) {
    const { name, timezone } = location;
    const locationId = await insertLocation(tx, organization, id, location, now);
    locations.push({ id: shortId('location', locationId), name, timezone });
  }
  const doctors: { id: string; name: string }[] = [];
  for (const name of practice.doctors) {
    const doctorId = await insertDoctor(tx, organization, id, name, now);
    doctors.push({ id: shortId('doctor', doctorId), name });
  }
  await record(ctx, 'practice.create', shortId('practice', id), []);
  return { id: shortId('practice', id), name: practice.name, locations, doctors };
}

function readPracticePhone({ country, locations }: PracticeToCreate, text: string): string {
  const { number, extension } = readPhone(text, country, locations[0]?.timezone ?? 'UTC');
  return writtenPhone(number, extension);
}
