import type { In } from '../../../contract/endpoint.ts';
import type { appointments } from '../../../contract/scheduling/appointments.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { withdrawMails } from '../../platform/mail/mail.ts';
import { existing } from '../../runtime/database/existing.ts';
import { AppError } from '../../runtime/errors.ts';
import { deletionOf, updateOf } from '../bookings/events.ts';
import { claimOf } from '../bookings/promise/claims.ts';
import { selectBooking } from '../bookings/store.ts';
import { owns } from '../owners.ts';
import { poll } from '../polls/poll.ts';
import { reachOf } from '../reach.ts';
import { topicsOf } from './mails/mails.ts';
import { showAppointment } from './shape.ts';
import {
  lockAppointment,
  selectAppointment,
  selectAppointments,
  updateAppointmentCancelled,
} from './store.ts';

export const guidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function listAppointments(
  ctx: ReadContext,
  { params, query }: In<typeof appointments, 'listAppointments'>,
) {
  return poll(
    ctx,
    { practice: params.id, noun: 'appointments', query },
    (db, page) => selectAppointments(db, ctx.organization, page),
    showAppointment,
  );
}

/**
 * Cancels an appointment. Patient and practice hear of it by mail, from the event; earlier mails
 * about it that wait are withdrawn.
 */
export async function cancelAppointment(
  ctx: WriteContext,
  { params }: In<typeof appointments, 'cancelAppointment'>,
) {
  const { tx, organization, caller, now } = ctx;
  const by = readAppointmentId(params.id);
  const seen = by && (await selectAppointment(tx, organization, by, reachOf(caller)));
  if (!seen) throw new AppError('not_found');
  const [claims, row] = await Promise.all([
    claimOf(ctx, seen.booking_id),
    lockAppointment(tx, organization, seen.id),
  ]);
  claims.mustCover([row]);
  if (row.status === 'cancelled') throw new AppError('gone');
  if (!owns(caller, row)) throw new AppError('forbidden');
  withdrawMails(tx, organization, Object.values(topicsOf(row.guid)), now);
  const [{ freed, updated_at }, booking] = await Promise.all([
    updateAppointmentCancelled(tx, organization, row, now),
    selectBooking(tx, organization, row.booking_id, null),
  ]);
  const data = showAppointment({ ...row, status: 'cancelled', updated_at });
  await record(ctx, 'appointment.cancel', row.guid, [
    { type: 'appointment.cancelled', subject: row.guid, data },
    ...(freed === 'open' ? [updateOf(existing(booking), now)] : []),
    ...(freed === 'closed' ? [deletionOf(existing(booking))] : []),
  ]);
  return { id: row.guid, status: 'Cancelled' as const };
}

function readAppointmentId(text: string): { id: number } | { guid: string } | undefined {
  if (guidForm.test(text)) return { guid: text };
  const id = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return Number.isSafeInteger(id) && id > 0 ? { id } : undefined;
}
