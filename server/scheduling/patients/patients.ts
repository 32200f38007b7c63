import type { Static } from 'typebox';
import type { In } from '../../../contract/endpoint.ts';
import type { NewPatient, Patient, patients } from '../../../contract/scheduling/patients.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { normalizeName } from '../../platform/names.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import type { NewEvent } from '../../runtime/events/events.ts';
import { lookupId, shortId } from '../../runtime/ids.ts';
import { isSecretOf } from '../../runtime/secret-hash.ts';
import { wallTime } from '../../runtime/zones.ts';
import { claimOf } from '../bookings/promise/claims.ts';
import { writePromised } from '../bookings/promise/promise.ts';
import { showBooking } from '../bookings/shape.ts';
import { ownerOf, owns } from '../owners.ts';
import { readPhone } from '../phone.ts';
import { poll } from '../polls/poll.ts';
import { reachOf } from '../reach.ts';
import {
  type Bookable,
  type Booked,
  bookPatient,
  lockBookable,
  type NewPatientRow,
  type PatientRow,
  selectPatients,
} from './store.ts';

/** Books: of any number of simultaneous calls for one booking, exactly one succeeds. */
export async function createPatient(
  ctx: WriteContext,
  { body }: In<typeof patients, 'createPatient'>,
) {
  const { tx, organization, caller, now } = ctx;
  const id = lookupId('booking', body.booking_id);
  const [claims, booking] = await Promise.all([
    claimOf(ctx, id),
    lockBookable(tx, organization, id, reachOf(caller)),
  ]);
  if (booking) claims.mustCover([booking]);
  if (!booking || !canHave(ctx, booking, body.hold_token)) {
    throw new AppError('booking_not_available');
  }
  const patient = patientOf(body, booking, now);
  const booked = await writePromised(
    ctx,
    [{ ...booking, status: 'booked' }],
    () => bookPatient(tx, organization, { id, owner: ownerOf(caller) }, patient, now),
    'booking_not_available',
  );
  await record(ctx, 'appointment.create', booked.guid, eventsOf(booking, booked, now));
  return {
    message: 'appointment scheduled and patient created' as const,
    patient_id: booked.patient_id,
    appointment_id: booked.appointment_id,
    appointment_guid: booked.guid,
  };
}

export function listPatients(
  ctx: ReadContext,
  { params, query }: In<typeof patients, 'listPatients'>,
) {
  return poll(
    ctx,
    { practice: params.id, noun: 'patients', query },
    (db, page) => selectPatients(db, ctx.organization, page),
    showPatient,
  );
}

/**
 * Whether a caller may book: open bookings until they start, as lists show them; pending ones as
 * their creator or with the hold token.
 */
function canHave({ caller, now }: WriteContext, booking: Bookable, token?: string | null): boolean {
  const { status, held_until, starts_at, hold_token_hash } = booking;
  if (status === 'open') return starts_at > now;
  if (status !== 'pending') return false;
  if (held_until !== null && held_until <= now) return starts_at > now;
  if (owns(caller, booking)) return true;
  if (!token || !hold_token_hash) return false;
  return isSecretOf(hold_token_hash, token);
}

/** @throws AppError 400 */
function patientOf(
  body: Static<typeof NewPatient>,
  { country, first_timezone, timezone }: Bookable,
  now: Date,
): NewPatientRow {
  const phone = readPhone(body.phone, country, first_timezone);
  return {
    first_name: requireSeen('first_name', body.first_name),
    last_name: requireSeen('last_name', body.last_name),
    email: body.email,
    phone: phone.number,
    phone_extension: phone.extension,
    zip_code: requireSeen('zip_code', body.zip_code),
    guardian_name: body.guardian_name ?? '',
    message: body.message ?? '',
    dob: readDob(body.dob, wallTime(timezone, now.getTime()).slice(0, 'YYYY-MM-DD'.length)),
  };
}

/** A name of invisible characters only is no name. */
function requireSeen(field: string, text: string): string {
  if (normalizeName(text) === '') throw invalid(field, 'must not be blank.');
  return text;
}

/** The format has checked month and day; PostgreSQL knows no year 0. */
function readDob(dob: string | null | undefined, today: string): string | null {
  if (dob?.startsWith('0000')) throw invalid('dob', 'must be a date.');
  if (dob && dob > today) throw invalid('dob', 'must not be in the future.');
  return dob ?? null;
}

function eventsOf(
  booking: Bookable,
  { patient_id, appointment_id, guid, created_at }: Booked,
  now: Date,
): NewEvent[] {
  const times = { created_at: created_at.toISOString(), updated_at: created_at.toISOString() };
  return [
    {
      type: 'booking.updated',
      subject: shortId('booking', booking.id),
      data: showBooking({ ...booking, status: 'booked', held_until: null, updated_at: now }, now),
    },
    {
      type: 'patient.created',
      subject: String(patient_id),
      data: {
        id: patient_id,
        booking_id: booking.id,
        location_id: shortId('location', booking.location_id),
        ...times,
      },
    },
    {
      type: 'appointment.created',
      subject: guid,
      data: {
        id: appointment_id,
        guid,
        status: 'scheduled',
        appointment_datetime: booking.starts_at.toISOString(),
        booking_patient_id: patient_id,
        booking_id: booking.id,
        ...times,
      },
    },
  ];
}

/** A patient as the API shows it. */
export function showPatient(row: PatientRow): Patient {
  return {
    id: row.id,
    booking_id: row.booking_id,
    first_name: row.first_name,
    last_name: row.last_name,
    email: row.email,
    phone: row.phone,
    ...(row.phone_extension ? { phone_extension: row.phone_extension } : {}),
    message: row.message,
    guardian_name: row.guardian_name,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    location_id: shortId('location', row.location_id),
    zip_code: row.zip_code,
    dob: row.dob,
  };
}
