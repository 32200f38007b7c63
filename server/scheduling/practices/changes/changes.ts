import { record } from '../../../platform/audit/record.ts';
import type { WriteContext } from '../../../platform/context.ts';
import { invalid } from '../../../runtime/errors.ts';
import { shortId } from '../../../runtime/ids.ts';
import {
  readCountry,
  readEmail,
  readHoldMinutes,
  readLabel,
  readPart,
  readPracticePhone,
  readTimeZone,
  readWebsite,
} from '../details.ts';
import { insertDoctor, insertLocation, type NewLocation } from '../store.ts';
import { requireNoAppointments, requireSure, requireSureToNotify } from './dependents.ts';
import { showLocation, showPractice } from './shape.ts';
import {
  type LocationChange,
  lockPlaceRemoved,
  lockPractice,
  type Place,
  type PracticeChange,
  type PracticeRow,
  selectCountOf,
  selectDependents,
  selectDoctor,
  selectLocation,
  selectWholePractices,
  updateDoctorName,
  updateListsChanged,
  updateLocation,
  updatePractice,
  updateRemoved,
  updateWebsites,
} from './store.ts';

export type PracticeEdit = {
  name?: string | undefined;
  email?: string | undefined;
  country?: string | undefined;
  phone?: string | undefined;
  hold_minutes?: number | undefined;
  /** Of all its locations. */
  website?: string | undefined;
};
export type LocationEdit = {
  [Member in keyof LocationChange]?: LocationChange[Member] | undefined;
};

/** What is not given stays; an empty text takes e-mail, country, telephone or website away. */
export async function changePractice(ctx: WriteContext, id: number, edit: PracticeEdit) {
  const { tx, organization } = ctx;
  const [before] = await selectWholePractices(tx, organization, id);
  if (!before) throw invalid('practice', `there is no practice ${shortId('practice', id)}.`);
  await updatePractice(tx, organization, id, readPractice(before, edit));
  if (edit.website !== undefined) {
    await updateWebsites(tx, organization, id, readWebsite(edit.website));
  }
  await record(ctx, 'practice.change', shortId('practice', id), []);
  const [row = before] = await selectWholePractices(tx, organization, id);
  return showPractice(row);
}

export async function addLocation(ctx: WriteContext, practice: number, edit: LocationEdit) {
  const { tx, organization, now } = ctx;
  const { name, timezone } = edit;
  if (name === undefined || timezone === undefined) {
    throw invalid('location', 'needs a name and a time zone.');
  }
  const location = readLocation(edit) as NewLocation;
  const id = await insertLocation(tx, organization, practice, location, now);
  await record(ctx, 'location.create', shortId('location', id), []);
  return showLocation(await findLocation(ctx, id));
}

/**
 * A new time zone leaves bookings at their instants, and patients are notified of a new address, so
 * the operator must confirm it where there are any.
 */
export async function changeLocation(
  ctx: WriteContext,
  id: number,
  edit: LocationEdit,
  sure: boolean,
) {
  const { tx, organization, now } = ctx;
  const change = readLocation(edit);
  const row = await findLocation(ctx, id);
  const changed = shownMembers.filter(
    (member) => change[member] !== undefined && change[member] !== row[member],
  );
  if (changed.length > 0) {
    const dependents = await selectDependents(tx, 'location', organization, row, now);
    const outcome = 'bookings stay at their instants, so they will show another time of day';
    if (changed.includes('timezone')) requireSure(row.name, dependents, outcome, sure);
    requireSureToNotify(row.name, dependents, sure);
  }
  await updateLocation(tx, organization, id, change);
  if (changed.includes('timezone')) await updateListsChanged(tx, organization, row.practice_id);
  await record(ctx, 'location.change', shortId('location', id), []);
  return showLocation({ ...row, ...change });
}

export async function addDoctor(ctx: WriteContext, practice: number, given: string) {
  const { tx, organization, now } = ctx;
  const name = readLabel('name', given);
  const id = await insertDoctor(tx, organization, practice, name, now);
  await record(ctx, 'doctor.create', shortId('doctor', id), []);
  return { id: shortId('doctor', id), name };
}

/** Patients are notified, so the operator must confirm it where there are any. */
export async function changeDoctor(ctx: WriteContext, id: number, given: string, sure: boolean) {
  const { tx, organization, now } = ctx;
  const name = readLabel('name', given);
  const row = await findDoctor(ctx, id);
  if (name !== row.name) {
    requireSureToNotify(
      row.name,
      await selectDependents(tx, 'doctor', organization, row, now),
      sure,
    );
  }
  await updateDoctorName(tx, organization, id, name);
  await record(ctx, 'doctor.change', shortId('doctor', id), []);
  return { id: shortId('doctor', id), name };
}

/**
 * Takes a location or a doctor out of what is offered; its openings and series are withdrawn after it.
 * @throws AppError 400 for the last one, where patients have appointments, or where nobody is sure
 */
export async function removePlace(ctx: WriteContext, place: Place, id: number, sure: boolean) {
  const { tx, organization, now } = ctx;
  // Before the practice, in the order of a transaction that moves a booking away from it.
  await lockPlaceRemoved(tx, place, organization, id);
  const row = place === 'location' ? await findLocation(ctx, id) : await findDoctor(ctx, id);
  await lockPractice(tx, organization, row.practice_id);
  const dependents = await selectDependents(tx, place, organization, row, now);
  requireNoAppointments(row.name, dependents);
  requireSure(row.name, dependents, 'removing withdraws open bookings and ends series', sure);
  if ((await selectCountOf(tx, place, organization, row.practice_id)) === 1) {
    throw invalid(place, `${row.name} is the practice’s only ${place}; add another first.`);
  }
  await updateRemoved(tx, place, organization, id, now);
  await record(ctx, `${place}.remove`, shortId(place, id), []);
  return { id: shortId(place, id), name: row.name };
}

async function findLocation({ tx, organization }: WriteContext, id: number) {
  const row = await selectLocation(tx, organization, id);
  if (!row) throw invalid('location', `there is no location ${shortId('location', id)}.`);
  return row;
}

async function findDoctor({ tx, organization }: WriteContext, id: number) {
  const row = await selectDoctor(tx, organization, id);
  if (!row) throw invalid('doctor', `there is no doctor ${shortId('doctor', id)}.`);
  return row;
}

/** What mails and calendars show of a location. */
export const shownMembers = [
  ...(['name', 'timezone', 'street_address', 'secondary_address', 'city', 'state', 'zip'] as const),
];

const readers: { [Member in keyof LocationEdit]: (given: string) => string } = {
  name: (given) => readLabel('name', given),
  timezone: readTimeZone,
  website: readWebsite,
  street_address: (given) => readPart('street_address', given),
  secondary_address: (given) => readPart('secondary_address', given),
  city: (given) => readPart('city', given),
  state: (given) => readPart('state', given),
  zip: (given) => readPart('zip', given),
};

function readPractice(before: PracticeRow, edit: PracticeEdit): PracticeChange {
  const { name, email, phone, hold_minutes } = edit;
  const country = edit.country === undefined ? before.country : readCountry(edit.country);
  const timezone = before.locations[0]?.timezone ?? 'UTC';
  return {
    ...(name === undefined ? {} : { name: readLabel('name', name) }),
    ...(email === undefined ? {} : { email: readEmail(email) }),
    country,
    ...(phone === undefined ? {} : { phone: readPracticePhone(phone, country, timezone) }),
    ...(hold_minutes === undefined ? {} : { hold_minutes: readHoldMinutes(hold_minutes) }),
  };
}

/** The members that are given, as they are kept. */
function readLocation(edit: LocationEdit): LocationChange {
  const read = Object.entries(readers).flatMap(([member, reader]) => {
    const given = edit[member as keyof LocationEdit];
    return given === undefined ? [] : [[member, reader(given)]];
  });
  return Object.fromEntries(read);
}
