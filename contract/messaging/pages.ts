import { definePages } from '../pages.ts';

const uuid = [8, 4, 4, 4, 12].map((length) => `[0-9a-fA-F]{${length}}`).join('-');

export const pages = definePages({
  inside: {
    /** Leads to the inbox, or to a channel. */
    start: '/messages',
    inbox: '/inbox',
    search: '/search',
    keys: '/apiKeys',
    chat: '/messages/$chatId',
    /** A channel, thread or comment; with `?messageID=` a chat. */
    named: '/$id',
    message: '/$chatId/$messageId',
  },
  outside: {},
  parts: { id: `\\d{11}|${uuid}`, chatId: uuid, messageId: uuid },
});
