import { product as define } from '../product.ts';
import { errors } from './errors.ts';
import { events } from './events.ts';
import { pages } from './pages.ts';

/** What all products stand on: organizations, people and how they come in. */
export const product = define({
  rank: 0,
  nouns: ['organization', 'member', 'invitation', 'key'],
  errors,
  events,
  pages,
  actions: [
    'organization.create',
    'organization.update',
    'organization.quota',
    'member.create',
    'member.update',
    'member.rename',
    'member.end',
    'invitation.create',
    'invitation.accept',
    'invitation.revoke',
    'consumer.create',
    'consumer.rotate',
    'consumer.revoke',
    'consumer.transfer',
    'key.create',
    'key.revoke',
  ],
});
