import type { ToldType } from '../../../../contract/sync/catalogue.ts';

/** What of a product of this server an event is about: its records are told to those who may read them. */
export type OwnObject = { readonly provider: string; readonly object: string };

const bookings = { provider: 'scheduling', object: 'bookings' };
const appointments = { provider: 'scheduling', object: 'appointments' };
const forms = { provider: 'scheduling', object: 'forms' };
const threads = { provider: 'messaging', object: 'threads' };

const objects: { readonly [T in ToldType]?: OwnObject } = {
  'booking.created': bookings,
  'booking.updated': bookings,
  'booking.deleted': bookings,
  'appointment.created': appointments,
  'appointment.updated': appointments,
  'appointment.cancelled': appointments,
  'form.completed': forms,
  'thread.posted': threads,
};

/** Undefined: it is of Sync itself. */
export function ownObjectOf(type: ToldType): OwnObject | undefined {
  return objects[type];
}
