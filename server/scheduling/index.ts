import { slugOf } from '../../contract/errors.ts';
import { scheduling, schedulingScopes } from '../../contract/scheduling/index.ts';
import { type Product, served } from '../platform/product.ts';
import type { FieldError } from '../runtime/errors.ts';
import type { Edge } from '../runtime/http/edge.ts';
import { demo } from './demo/demo.ts';
import { notifyCancelled, notifyChanged, notifyScheduled, schedulingJobs } from './jobs.ts';
import { personal } from './personal.ts';
import { schedulingRoutes } from './routes.ts';

const edge: Edge = {
  prefixes: scheduling.prefixes,
  body: ({ code, status, message, fields }, requestId) => ({
    status: slugOf(code),
    message,
    ...(status === 400 && fields ? { errors: fields.map(shown) } : {}),
    request_id: requestId,
  }),
};

const shown = ({ field, message }: FieldError) => ({ field, message });

export const product: Product = {
  edges: [edge],
  personal,
  demo,
  listens: {
    'appointment.created': [notifyScheduled],
    'appointment.updated': [notifyChanged],
    'appointment.cancelled': [notifyCancelled],
  },
  objects: {
    title: 'Scheduling of this server',
    scopes: schedulingScopes,
    module: import.meta.resolve('./objects/index.ts'),
  },
  open: (services) => ({
    jobs: schedulingJobs(services),
    serve: () => ({ apis: [served(scheduling, schedulingRoutes(services))] }),
  }),
};
