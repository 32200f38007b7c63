import type { Samples } from '../samples.ts';
import type { messaging } from './index.ts';

/** The smallest picture that there is. */
export const picture = new Blob(
  [
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  ],
  { type: 'image/png' },
);

const plain = () => ({});
const blocks = ['A sample'];

export const samples: Samples<keyof (typeof messaging)['endpoints']> = {
  ping: plain,
  listChannels: plain,
  listChannelsByPost: plain,
  createChannel: () => ({ body: { name: 'Samples' } }),
  postThread: ({ ids }) => ({ body: { channelID: ids.channel, blocks } }),
  postComment: ({ ids }) => ({ body: { threadID: ids.thread, blocks } }),
  createChat: () => ({ body: { name: 'Samples' } }),
  postChatMessage: ({ ids }) => ({ body: { chatID: ids.chat, body: 'A sample' } }),
  uploadFile: () => ({ form: { data: picture } }),
  deleteComment: ({ ids }) => ({ body: { commentID: ids.comment } }),
  deleteThread: ({ ids }) => ({ body: { threadID: ids.thread } }),
  deleteChatMessage: ({ ids }) => ({ body: { messageID: ids.message } }),
  deleteChat: ({ ids }) => ({ body: { chatID: ids.chat } }),
};
