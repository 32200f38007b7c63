import type { EventOf } from '../../../../contract/events.ts';
import type { Told, ToldType } from '../../../../contract/sync/catalogue.ts';

/** A record of a product of this server that an event is about. */
export type OwnRecord = {
  readonly provider: string;
  readonly object: string;
  readonly key: string;
};

const own = {
  'booking.created': ['scheduling', 'bookings'],
  'booking.updated': ['scheduling', 'bookings'],
  'booking.deleted': ['scheduling', 'bookings'],
  'appointment.created': ['scheduling', 'appointments'],
  'appointment.updated': ['scheduling', 'appointments'],
  'appointment.cancelled': ['scheduling', 'appointments'],
  'form.completed': ['scheduling', 'forms'],
  'thread.posted': ['messaging', 'threads'],
} as const satisfies { [T in ToldType]?: readonly [string, string] };

export type OwnType = keyof typeof own;

export function isOwn<E extends { readonly type: string }>(
  event: E,
): event is Extract<E, { readonly type: OwnType }> {
  return Object.hasOwn(own, event.type);
}

/** Of which object of a product an event tells; undefined where it is of Sync itself. */
export function ownObjectOf(type: ToldType): Omit<OwnRecord, 'key'> | undefined {
  const [provider, object] = own[type as OwnType] ?? [];
  return provider && object ? { provider, object } : undefined;
}

export function ownRecordOf(event: EventOf<OwnType>): OwnRecord {
  const [provider, object] = own[event.type];
  return { provider, object, key: keyOf(event) };
}

/** By what its event names what was told. */
export function subjectOf({ type, data }: Told<OwnType>): string {
  if (type === 'thread.posted') return data.threadID;
  return 'appointment_guid' in data ? data.appointment_guid : String(data.id);
}

function keyOf({ type, subject, data }: EventOf<OwnType>): string {
  const isOfAppointment = type.startsWith('appointment.') && 'id' in data;
  return isOfAppointment ? String(data.id) : subject;
}
