import { slugOf } from '../../contract/errors.ts';
import type { EventType } from '../../contract/events.ts';
import { scheduling } from '../../contract/scheduling/index.ts';
import type { Edge } from '../runtime/http/edge.ts';

export { scheduling as api } from '../../contract/scheduling/index.ts';
export { schedulingJobs as jobs } from './jobs.ts';
export { schedulingRoutes as routes } from './routes.ts';

/** Which job runs when something has happened. */
export const listens: Partial<Record<EventType, string>> = {
  'appointment.created': 'appointments.tell_scheduled',
  'appointment.updated': 'appointments.tell_changed',
  'appointment.cancelled': 'appointments.tell_cancelled',
};

/** How this API writes its errors. */
export const edge: Edge = {
  prefixes: scheduling.prefixes,
  body: ({ code, status, message, fields }, requestId) => ({
    status: slugOf(code),
    message,
    ...(status === 400 && fields ? { errors: fields } : {}),
    request_id: requestId,
  }),
};
