import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import { messaging } from '../api.ts';
import { type Hearing, update } from './hearing.ts';
import { heardQuery, loadWindow, useExtension } from './window-query.ts';
import { addNewerMessages, addOlderMessages, type MessageWindow, putMessage } from './windows.ts';

const perPage = 60;

export const messagesKey = (chatId: string) => ['messaging', 'messages', chatId] as const;

/** Applies a change to the messages that are loaded. */
export const hearMessages: Hearing = (client, change) => {
  if (change.kind !== 'message') return;
  const key = messagesKey(change.message.chat_id);
  update<MessageWindow>(client, key, (window) => changeMessages(window, change));
};

/**
 * The messages of a chat: one stretch without a gap, first of all its end or what is around a
 * number.
 */
export function useMessages(chatId: string, around?: number) {
  const client = useQueryClient();
  const key = messagesKey(chatId);
  const params = { chat_id: chatId };
  const apply = ofChat(chatId);
  const page = (query: { before?: number; after?: number; around?: number }) =>
    messaging.listMessages({ params, query: { limit: perPage, ...query } });
  const { data, status, error, refetch, isFetching } = useQuery({
    ...heardQuery,
    queryKey: key,
    queryFn: loadWindow(() => page(around === undefined ? {} : { around }), apply),
  });
  const older = useExtension({
    key,
    load: ({ messages }) => page({ before: messages[0]?.number ?? 0 }),
    merge: addOlderMessages,
    apply,
  });
  const newer = useExtension({
    key,
    load: ({ messages }) => page({ after: messages.at(-1)?.number ?? 0 }),
    merge: addNewerMessages,
    apply,
  });
  const jump = async (to: { around?: number }) => {
    const window = await loadWindow(() => page(to), apply)();
    client.setQueryData<MessageWindow>(key, window);
  };
  return {
    messages: data?.messages ?? [],
    hasOlder: data?.has_older ?? false,
    hasNewer: data?.has_newer ?? false,
    loadOlder: older.extend,
    loadNewer: newer.extend,
    moreError: older.error ?? newer.error,
    /** Loads what is around a number, unless it is loaded. Rejects with an ApiError. */
    jumpTo: async (number: number) => {
      const window = client.getQueryData<MessageWindow>(key);
      if (window?.messages.some((one) => one.number === number)) return;
      await jump({ around: number });
    },
    jumpToEnd: async () => {
      if (client.getQueryData<MessageWindow>(key)?.has_newer) await jump({});
    },
    isLoading: isFetching || older.isExtending || newer.isExtending,
    status,
    error,
    refetch,
  };
}

function ofChat(chatId: string): typeof changeMessages {
  return (window, change) =>
    change.kind === 'message' && change.message.chat_id === chatId
      ? changeMessages(window, change)
      : window;
}

export function changeMessages(window: MessageWindow, change: Change): MessageWindow {
  return change.kind === 'message' ? putMessage(window, change.message) : window;
}
