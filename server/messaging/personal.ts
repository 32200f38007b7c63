import type { Ways } from '../platform/personal.ts';

export const personal: Ways = {
  'messaging.channel': { name: 'author', description: 'author', name_key: 'author' },
  'messaging.channel_member': 'nobody',
  'messaging.chat': { name: 'author', direct_key: 'nobody', name_key: 'author' },
  'messaging.chat_member': 'nobody',
  'messaging.comment': {
    blocks: 'author',
    plain: 'author',
    reactions: 'author',
    search: 'author',
  },
  'messaging.embed': 'author',
  'messaging.file': 'author',
  'messaging.message': { body: 'author', plain: 'author', reactions: 'author', search: 'author' },
  'messaging.name': 'nobody',
  'messaging.notice': 'author',
  'messaging.reading': 'nobody',
  'messaging.thread': {
    blocks: 'author',
    plain: 'author',
    reactions: 'author',
    search: 'author',
    share_token: 'nobody',
  },
  'messaging.user': { name: 'account' },
};
