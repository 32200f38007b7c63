import type { WriteContext } from '../../../platform/context.ts';
import { deleteMails } from '../../../platform/mail/store.ts';
import type { Tx } from '../../../runtime/database/database.ts';
import { AppError } from '../../../runtime/errors.ts';
import { publish } from '../../../runtime/events/events.ts';
import { cancelAppointment } from '../../appointments/appointments.ts';
import { keysBeforeTopics, topicsOf } from '../../appointments/mails/mails.ts';
import {
  deleteFormsOf,
  lockAppointmentsOf,
  selectAppointmentsOf,
  selectNamesakes,
  selectOrganizationOf,
  updatePatientErased,
} from './store.ts';

export type Erased = {
  id: number;
  erased_at: string;
  cancelled_appointments: number;
  completed_forms: number;
  mails: number;
  /** Patients of the organization with the same address: perhaps the same person. */
  same_email: number[];
};

/** What is left, and why. */
export const stays = [
  'Appointments and bookings, with time, doctor and location: they are the calendar of the practice, and name nobody.',
  'The audit log and the event log: they have numbers and times only.',
  'Backups that were made before: erase again after restoring one.',
  'What has left this server: mails that were delivered, and what partners and syncs have taken along. Partners see the erasure in polls by updated_since, and syncs with their next run.',
];

/** @throws AppError not_found for a number that no patient has */
export async function findOrganizationOfPatient(tx: Tx, id: number): Promise<number> {
  const organization = await selectOrganizationOf(tx, id);
  if (organization !== undefined) return organization;
  throw new AppError('not_found', { message: 'There is no patient with this id.' });
}

/**
 * Erases a patient: the row keeps its number and nothing else, completed forms and mails are
 * deleted. Upcoming appointments are cancelled first, of which the practice is notified. As the
 * system: nobody else may delete forms.
 */
export async function erasePatient(ctx: WriteContext, id: number): Promise<Erased> {
  const { tx, organization, now } = ctx;
  const appointments = await selectAppointmentsOf(tx, organization, id);
  const ahead = appointments.filter(
    ({ status, starts_at }) => status === 'scheduled' && starts_at > now,
  );
  for (const { guid } of ahead) {
    await cancelAppointment(ctx, { params: { id: guid }, query: {}, body: undefined });
  }
  await lockAppointmentsOf(tx, organization, id);
  const same_email = await selectNamesakes(tx, organization, id);
  const guids = appointments.map(({ guid }) => guid);
  const mails = await deleteMails(tx, organization, {
    topics: guids.flatMap((guid) => Object.values(topicsOf(guid))),
    keys: guids.flatMap(keysBeforeTopics),
  });
  const forms = await deleteFormsOf(tx, organization, id);
  const erasedAt = await updatePatientErased(tx, organization, id);
  const erased = { type: 'patient.erased' as const, subject: String(id), data: { id } };
  await publish(tx, organization, now, [erased]);
  return {
    id,
    erased_at: erasedAt.toISOString(),
    cancelled_appointments: ahead.length,
    completed_forms: forms,
    mails,
    same_email,
  };
}
