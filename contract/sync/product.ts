import { product as define } from '../product.ts';
import { errors } from './errors.ts';
import { events } from './events.ts';

/** Connections to other systems, and what moves between them. */
export const product = define({
  rank: 3,
  nouns: [],
  errors,
  events,
  actions: [
    'key.store',
    'key.delete',
    'connection.create',
    'connection.change',
    'connection.delete',
    'extension.register',
    'extension.change',
    'extension.delete',
    'extension.rotate',
    'transform.create',
    'transform.change',
    'transform.delete',
    'sync.create',
    'sync.change',
    'sync.delete',
    'sync.run',
    'run.cancel',
    'run.resume',
    'cursor.set',
    'trigger.create',
    'trigger.change',
    'trigger.delete',
    'trigger.fire',
    'webhook.create',
    'webhook.change',
    'webhook.delete',
    'webhook.rotate',
    'webhook.test',
    'delivery.replay',
    'delivery.recover',
  ],
});
