/** Where everything is kept: the keys of the query cache. */
export const keys = {
  threads: (channelId: string) => ['messaging', 'threads', channelId] as const,
  thread: (threadId: string) => ['messaging', 'thread', threadId] as const,
  comments: (threadId: string) => ['messaging', 'comments', threadId] as const,
  messages: (chatId: string) => ['messaging', 'messages', chatId] as const,
  inbox: ['inbox'] as const,
};
