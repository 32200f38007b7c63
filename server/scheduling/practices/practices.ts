import type { In } from '../../../contract/endpoint.ts';
import type { practices } from '../../../contract/scheduling/practices.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { lookupId, shortId } from '../../runtime/ids.ts';
import { reachOf } from '../reach.ts';
import {
  readCountry,
  readEmail,
  readHoldMinutes,
  readLabel,
  readPracticePhone,
  readTimeZone,
} from './details.ts';
import {
  insertDoctor,
  insertLocation,
  insertPractice,
  type NewLocation,
  type NewPractice,
  selectDoctors,
  selectLocations,
  selectPracticeId,
  selectPractices,
} from './store.ts';

export async function listPractices({ db, organization, caller }: ReadContext) {
  const rows = await selectPractices(db, organization, reachOf(caller));
  return rows.map(({ id, name, locations }) => ({
    id: shortId('practice', id),
    name,
    locations: locations.map((one) => ({ id: shortId('location', one.id), name: one.name })),
  }));
}

export async function listLocations({ db, organization, caller }: ReadContext) {
  const rows = await selectLocations(db, organization, reachOf(caller));
  return rows.map(({ id, practice_id: _, ...location }) => ({
    id: shortId('location', id),
    ...location,
  }));
}

export async function listDoctors(
  { db, organization, caller }: ReadContext,
  { params }: In<typeof practices, 'listDoctors'>,
) {
  const id = lookupId('practice', params.id);
  const practiceId = await selectPracticeId(db, organization, id, reachOf(caller));
  if (practiceId === undefined) throw new AppError('not_found');
  const rows = await selectDoctors(db, organization, practiceId);
  return rows.map(({ id, name }) => ({ id: shortId('doctor', id), name }));
}

export type PracticeToCreate = NewPractice & {
  locations: readonly NewLocation[];
  doctors: readonly string[];
};

/** Creates a practice with its locations and doctors. Not part of the API: the operator does it. */
export async function createPractice(ctx: WriteContext, practice: PracticeToCreate) {
  if (practice.locations.length === 0) throw invalid('location', 'give at least one.');
  if (practice.doctors.length === 0) throw invalid('doctor', 'give at least one.');
  const { tx, organization, now } = ctx;
  const name = readLabel('name', practice.name);
  const id = await insertPractice(tx, organization, readPractice(practice, name), now);
  const locations: { id: string; name: string; timezone: string }[] = [];
  for (const location of practice.locations) {
    const timezone = readTimeZone(location.timezone);
    const place = { ...location, timezone, name: readLabel('location', location.name) };
    const locationId = await insertLocation(tx, organization, id, place, now);
    locations.push({ id: shortId('location', locationId), name: place.name, timezone });
  }
  const doctors: { id: string; name: string }[] = [];
  for (const given of practice.doctors) {
    const doctor = readLabel('doctor', given);
    const doctorId = await insertDoctor(tx, organization, id, doctor, now);
    doctors.push({ id: shortId('doctor', doctorId), name: doctor });
  }
  await record(ctx, 'practice.create', shortId('practice', id), []);
  return { id: shortId('practice', id), name, locations, doctors };
}

function readPractice(practice: PracticeToCreate, name: string): NewPractice {
  const { email, hold_minutes, phone, locations } = practice;
  const country = readCountry(practice.country);
  return {
    name,
    email: readEmail(email),
    country,
    phone: readPracticePhone(phone ?? null, country, locations[0]?.timezone ?? 'UTC'),
    ...(hold_minutes === undefined ? {} : { hold_minutes: readHoldMinutes(hold_minutes) }),
  };
}
