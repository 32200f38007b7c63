import { invalid } from '../../../runtime/errors.ts';
import { channel, messaging, type Parameter, type Ready, say } from './ready.ts';

const to: Parameter = {
  name: 'to',
  description: 'Addresses of mail, with commas; by default those of the owners.',
  type: 'text',
  isOwners: true,
};
const place: Parameter = {
  ...channel,
  description: 'In place of a mail: the channel of this server where it is said.',
  isRequired: false,
};

const words =
  'The sync “{{record.sync_name}}” has failed: {{record.error}}\n\n' +
  'See what it has done: heddle sync show {{record.sync_id}}';

export const failedSync: Ready = {
  id: 'failed-sync',
  name: 'A failed sync to the owners',
  description: 'When a run of a sync fails, says so by mail to the owners, or in a channel.',
  parameters: [to, place, { ...messaging, with: place.name }],
  make: (given) => ({
    trigger: { type: 'event', event: 'sync.failed' },
    actions: [
      given.text(place.name) === undefined
        ? {
            type: 'notify',
            channel: 'email',
            to: given.text(to.name),
            subject: 'A sync has failed',
            message: words,
          }
        : say(given, words),
    ],
  }),
  require(given) {
    if (given.text(place.name) ?? given.text(to.name)) return;
    throw invalid(`parameters.${to.name}`, 'is required: no owner has an address.', 'required');
  },
};
