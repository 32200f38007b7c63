import { product as define } from '../product.ts';
import { errors } from './errors.ts';
import { events } from './events.ts';
import { pages } from './pages.ts';

/** Channels, threads and chats of a team. */
export const product = define({
  rank: 2,
  nouns: [],
  errors,
  events,
  pages,
  actions: [
    'channel.create',
    'channel.change',
    'channel.archive',
    'channel.reopen',
    'channel.join',
    'channel.leave',
    'channel.take',
    'thread.post',
    'thread.edit',
    'thread.react',
    'thread.delete',
    'comment.post',
    'comment.edit',
    'comment.react',
    'comment.delete',
    'chat.create',
    'chat.change',
    'chat.join',
    'chat.leave',
    'chat.delete',
    'message.post',
    'message.edit',
    'message.react',
    'message.delete',
    'file.upload',
  ],
});
