import type { QueryClient } from '@tanstack/react-query';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import { messaging } from '../../api.ts';
import { type Home, homeQuery } from '../home.ts';
import {
  changeComments,
  changeHome,
  changeMessages,
  changeThread,
  changeThreads,
  type OpenThread,
} from './changes.ts';
import { catchingUp, note } from './log.ts';
import { settle } from './pending-list.ts';
import type { CommentWindow, MessageWindow, ThreadWindow } from './windows.ts';

/** Where everything is kept: the keys of the query cache. */
export const keys = {
  threads: (channelId: string) => ['messaging', 'threads', channelId] as const,
  thread: (threadId: string) => ['messaging', 'thread', threadId] as const,
  comments: (threadId: string) => ['messaging', 'comments', threadId] as const,
  messages: (chatId: string) => ['messaging', 'messages', chatId] as const,
  inbox: ['inbox'] as const,
};

/** Puts what was heard into all that is loaded. */
export function hear(client: QueryClient, changes: readonly Change[]): void {
  note(changes);
  for (const change of changes) hearOne(client, change);
}

function hearOne(client: QueryClient, change: Change): void {
  const me = client.getQueryData<Home>(homeQuery.queryKey)?.user_id;
  client.setQueryData<Home>(homeQuery.queryKey, (home) => home && changeHome(home, change));
  switch (change.kind) {
    case 'thread': {
      const { thread } = change;
      if (thread.author_id === me) settle(client, { channelId: thread.channel_id }, thread);
      update<ThreadWindow>(client, keys.threads(thread.channel_id), change, changeThreads);
      update<OpenThread>(client, keys.thread(thread.thread_id), change, changeThread);
      refreshReadings(client);
      break;
    }
    case 'comment': {
      const { comment } = change;
      if (comment.author_id === me) settle(client, { threadId: comment.thread_id }, comment);
      update<CommentWindow>(client, keys.comments(comment.thread_id), change, changeComments);
      hearNames(client, me, comment, comment.answers_id);
      break;
    }
    case 'message': {
      const { message } = change;
      if (message.author_id === me) settle(client, { chatId: message.chat_id }, message);
      update<MessageWindow>(client, keys.messages(message.chat_id), change, changeMessages);
      hearNames(client, me, message);
      break;
    }
    case 'reading': {
      const { place, place_id } = change.reading;
      if (place !== 'thread') break;
      update<OpenThread>(client, keys.thread(place_id), change, changeThread);
      client.setQueriesData<ThreadWindow>(
        { queryKey: ['messaging', 'threads'] },
        (window) => window && changeThreads(window, change),
      );
      refreshReadings(client);
      break;
    }
    case 'places':
      void client.invalidateQueries({ queryKey: homeQuery.queryKey });
      break;
  }
}

function update<T>(
  client: QueryClient,
  key: readonly unknown[],
  change: Change,
  apply: (data: T, change: Change) => T,
): void {
  client.setQueryData<T>(key, (data) => data && apply(data, change));
}

type Post = { author_id: string; mention_ids: string[] };

/** What names or answers somebody is in their inbox. */
function hearNames(client: QueryClient, me: string | undefined, post: Post, answered?: string) {
  refreshReadings(client);
  if (me === undefined || post.author_id === me) return;
  if (!post.mention_ids.includes(me) && answered !== me) return;
  void client.invalidateQueries({ queryKey: keys.inbox });
}

const restMilliseconds = 1_500;
const hiddenRestMilliseconds = 15_000;
let planned: ReturnType<typeof setTimeout> | undefined;

/** Counting what is unread is the server's; it is asked at most every second or so. */
function refreshReadings(client: QueryClient): void {
  if (planned !== undefined) return;
  const isHidden = globalThis.document?.visibilityState === 'hidden';
  planned = setTimeout(
    () => {
      planned = undefined;
      void askReadings(client);
    },
    isHidden ? hiddenRestMilliseconds : restMilliseconds,
  );
}

async function askReadings(client: QueryClient): Promise<void> {
  const load = () => messaging.listReadings();
  const apply = (data: Awaited<ReturnType<typeof load>>, change: Change) => {
    if (change.kind !== 'reading' || change.reading.place === 'thread') return data;
    const { place, place_id } = change.reading;
    const others = data.readings.filter((one) => one.place !== place || one.place_id !== place_id);
    return { readings: [...others, change.reading] };
  };
  // What failed is asked again with the next change.
  const answer = await catchingUp(load, apply).catch(() => undefined);
  if (!answer) return;
  client.setQueryData<Home>(
    homeQuery.queryKey,
    (home) => home && { ...home, readings: answer.readings },
  );
}
