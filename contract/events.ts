/**
 * Everything that is written to the event log. The log outlives what it tells of: of posts and patients
 * the data has ids and times only, never a text, a name or anything medical.
 */
export const eventTypes = [
  'member.created',
  'member.updated',
  'member.ended',
  'booking.created',
  'booking.updated',
  'booking.deleted',
  'patient.created',
  'appointment.created',
  'appointment.updated',
  'appointment.cancelled',
  'form.completed',
  'channel.created',
  'channel.updated',
  'channel.joined',
  'channel.left',
  'thread.posted',
  'thread.edited',
  'thread.reacted',
  'thread.deleted',
  'comment.posted',
  'comment.edited',
  'comment.reacted',
  'comment.deleted',
  'chat.created',
  'chat.updated',
  'chat.joined',
  'chat.left',
  'chat.deleted',
  'message.posted',
  'message.edited',
  'message.reacted',
  'message.deleted',
  'reading.moved',
  'bot.created',
  'bot.ended',
  'user.updated',
] as const;

export type EventType = (typeof eventTypes)[number];
