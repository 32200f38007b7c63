/** An event about something, where it does not matter what happened to it. */
export const anyEvent = (subject: string) => ({
  type: 'booking.deleted' as const,
  subject,
  data: { id: 'kfXbQ', status: 'closed' as const },
});
