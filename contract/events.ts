/** Everything that is written to the event log. The data of each is the resource as its API shows it. */
export const eventTypes = [
  'booking.created',
  'booking.updated',
  'booking.deleted',
  'patient.created',
  'appointment.created',
  'appointment.cancelled',
  'form.completed',
  'channel.created',
  'thread.posted',
  'thread.deleted',
  'comment.posted',
  'comment.deleted',
  'chat.created',
  'chat.deleted',
  'message.posted',
  'message.deleted',
] as const;

export type EventType = (typeof eventTypes)[number];
