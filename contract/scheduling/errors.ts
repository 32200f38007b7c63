import type { ErrorDefinition } from '../product.ts';

export const errors = {
  booking_not_available: {
    status: 400,
    message:
      'This booking is no longer available; list the open bookings again and choose another.',
  },
  doctor_unavailable: {
    status: 400,
    message: 'The doctor has another pending or booked booking at that time; choose another time.',
  },
  booking_has_appointment: {
    status: 400,
    message: 'A patient has an appointment at this booking; cancel the appointment first.',
  },
  teapot: { status: 418, message: 'This is a teapot; it schedules, but it brews no coffee.' },
} as const satisfies Record<string, ErrorDefinition>;
