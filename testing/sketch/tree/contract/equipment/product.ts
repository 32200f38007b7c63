import { product as define } from '../product.ts';
import { events } from './events.ts';
import { pages } from './pages.ts';

/** What practices lend to patients. */
export const product = define({
  rank: 4,
  nouns: ['device'],
  errors: {
    device_exists: { status: 409, message: 'There is a device with this name; choose another.' },
  },
  events,
  actions: ['device.add'],
  pages,
});
