import type { Samples } from '../../samples.ts';
import { picture } from '../samples.ts';
import type { messagingWebsite } from './index.ts';

const plain = () => ({});
const text = 'A sample';

export const samples: Samples<keyof (typeof messagingWebsite)['endpoints']> = {
  getHome: plain,
  findName: plain,
  listReadings: plain,
  markRead: ({ ids }) => ({
    body: { place: 'channel', place_id: ids.channel, number: 1 },
  }),
  openChannel: () => ({ body: { name: 'Samples' } }),
  changeChannel: () => ({ body: { description: 'Samples' } }),
  listChannelMembers: plain,
  addChannelMember: plain,
  removeChannelMember: plain,
  listPrivateChannels: plain,
  takeChannelOver: plain,
  listThreads: plain,
  startThread: ({ ids }) => ({ body: { channel_id: ids.channel, text } }),
  getThread: plain,
  editThread: () => ({ body: { text } }),
  listComments: plain,
  answerThread: ({ ids }) => ({ body: { thread_id: ids.thread, parent_id: null, text } }),
  editComment: () => ({ body: { text } }),
  openChat: ({ ids }) => ({ body: { user_ids: [ids.user], name: 'Samples' } }),
  changeChat: () => ({ body: { name: 'Samples' } }),
  addChatMember: plain,
  removeChatMember: plain,
  listMessages: plain,
  sendMessage: () => ({ body: { text } }),
  editMessage: () => ({ body: { text } }),
  react: ({ ids }) => ({ body: { thread_id: ids.thread, emoji: '👍', reacted: true } }),
  listNotices: plain,
  search: () => ({ query: { q: 'sample' } }),
  pollFeed: ({ ids }) => ({ query: { after: ids.position ?? '', wait_seconds: '0' } }),
  listKeys: plain,
  makeKey: () => ({ body: { name: 'Samples' } }),
  revokeKey: plain,
  addFile: () => ({ form: { data: picture } }),
  removeMessage: plain,
  removeComment: plain,
  removeThread: plain,
};
