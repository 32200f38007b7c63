import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Answer } from '../../../contract/endpoint.ts';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import type { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import { type Home, homeQuery } from '../home.ts';
import {
  changeComments,
  changeHome,
  changeMessages,
  changeThread,
  changeThreads,
  type OpenThread,
} from './changes.ts';
import { countAnew } from './count-unread.ts';
import { keys } from './keys.ts';
import { note } from './log.ts';
import { settle } from './pending-list.ts';
import type { PendingPlace } from './pending-post.ts';
import type { CommentWindow, MessageWindow, ThreadWindow } from './windows.ts';

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
      settleSent(client, { channelId: thread.channel_id }, thread);
      update<ThreadWindow>(client, keys.threads(thread.channel_id), change, changeThreads);
      update<OpenThread>(client, keys.thread(thread.thread_id), change, changeThread);
      hearListed(client, thread.thread_id, thread.revision);
      countAnew(client);
      break;
    }
    case 'comment': {
      const { comment } = change;
      settleSent(client, { threadId: comment.thread_id }, comment);
      update<CommentWindow>(client, keys.comments(comment.thread_id), change, changeComments);
      hearNames(client, me, comment, comment.answers_id);
      hearListed(client, comment.comment_id, comment.revision);
      countAnew(client, comment.thread_id);
      break;
    }
    case 'message': {
      const { message } = change;
      settleSent(client, { chatId: message.chat_id }, message);
      update<MessageWindow>(client, keys.messages(message.chat_id), change, changeMessages);
      hearNames(client, me, message);
      hearListed(client, message.message_id, message.revision);
      countAnew(client);
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
      countAnew(client);
      break;
    }
    case 'places':
      void client.invalidateQueries({ queryKey: homeQuery.queryKey });
      break;
  }
}

/** What arrives before its own answer, or in the stead of one that got lost, is not shown twice. */
function settleSent(
  client: QueryClient,
  place: PendingPlace,
  { sent_id }: { sent_id: string | null },
): void {
  if (sent_id !== null) settle(client, place, sent_id);
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
  if (me === undefined || post.author_id === me) return;
  if (!post.mention_ids.includes(me) && answered !== me) return;
  void client.invalidateQueries({ queryKey: keys.inbox });
}

type Inbox = InfiniteData<Answer<typeof messagingWebsite.endpoints.listNotices>>;

/** What is in the inbox and was edited or deleted. */
function hearListed(client: QueryClient, id: string, revision: number): void {
  const inbox = client.getQueryData<Inbox>(keys.inbox);
  const isOutdated = inbox?.pages.some(({ notices }) =>
    notices.some(({ thread, comment, message }) => {
      const listed = thread?.thread_id ?? comment?.comment_id ?? message?.message_id;
      const known = (thread ?? comment ?? message)?.revision ?? 0;
      return listed === id && known < revision;
    }),
  );
  if (isOutdated) void client.invalidateQueries({ queryKey: keys.inbox });
}
