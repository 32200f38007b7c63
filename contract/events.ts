/** Everything that is written to the event log. The data of each is the resource as its API shows it. */
export const eventTypes = [
  'booking.created',
  'booking.updated',
  'booking.deleted',
  'patient.created',
  'appointment.created',
  'appointment.cancelled',
  'form.completed',
] as const;

export type EventType = (typeof eventTypes)[number];
