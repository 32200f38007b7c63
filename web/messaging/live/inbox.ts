import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Answer } from '../../../contract/endpoint.ts';
import type { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import { type Home, homeQuery } from '../home.ts';
import type { Hearing } from './hearing.ts';

export const inboxKey = ['messaging', 'inbox'] as const;

type Inbox = InfiniteData<Answer<typeof messagingWebsite.endpoints.listNotices>>;
type Post = { author_id: string; mention_ids: string[]; revision: number };

/** Loads the inbox again when a post is for it, or is in it and has changed. */
export const hearInbox: Hearing = (client, change) => {
  if (change.kind === 'thread') {
    if (isOutdated(client, change.thread.thread_id, change.thread)) reloadInbox(client);
  } else if (change.kind === 'comment') {
    const { comment } = change;
    const isNew = isForMember(client, comment, comment.answers_id);
    if (isNew || isOutdated(client, comment.comment_id, comment)) reloadInbox(client);
  } else if (change.kind === 'message') {
    const { message } = change;
    const isNew = isForMember(client, message);
    if (isNew || isOutdated(client, message.message_id, message)) reloadInbox(client);
  }
};

export function reloadInbox(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: inboxKey });
}

/** Whether a post mentions or answers the member. */
function isForMember(client: QueryClient, post: Post, answered?: string): boolean {
  const me = client.getQueryData<Home>(homeQuery.queryKey)?.user_id;
  if (me === undefined || post.author_id === me) return false;
  return post.mention_ids.includes(me) || answered === me;
}

function isOutdated(client: QueryClient, id: string, { revision }: Post): boolean {
  const inbox = client.getQueryData<Inbox>(inboxKey);
  const isIn = inbox?.pages.some(({ notices }) =>
    notices.some(({ thread, comment, message }) => {
      const listed = thread?.thread_id ?? comment?.comment_id ?? message?.message_id;
      const known = (thread ?? comment ?? message)?.revision ?? 0;
      return listed === id && known < revision;
    }),
  );
  return isIn ?? false;
}
