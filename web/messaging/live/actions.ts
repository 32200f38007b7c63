import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import type {
  CommentState,
  MessageState,
  Place,
  ThreadState,
} from '../../../contract/messaging/website/shapes.ts';
import { messaging } from '../api.ts';
import { type Home, homeQuery } from '../home.ts';
import { hear } from './hear.ts';

/** A post of any kind, as acts on it need it. */
export type Post =
  | { kind: 'thread'; thread: ThreadState }
  | { kind: 'comment'; comment: CommentState }
  | { kind: 'message'; message: MessageState };

/** What a member does to posts and places. Each promise rejects with an ApiError. */
export function useActions() {
  const client = useQueryClient();
  return useMemo(() => actionsOn(client), [client]);
}

function actionsOn(client: QueryClient) {
  const heard = (change: Change) => hear(client, [change]);
  return {
    async edit(post: Post, text: string): Promise<void> {
      heard(await edited(post, text));
    },
    async remove(post: Post): Promise<void> {
      await removed(post);
      heard(stubOf(post));
    },
    async react(post: Post, emoji: string, reacted: boolean): Promise<void> {
      const answer = await messaging.react({ body: { ...idOf(post), emoji, reacted } });
      heard(withState(post, answer));
    },
    /** Marks everything up to the number as read; does nothing when it has been. */
    async markRead(place: Place, id: string, number: number): Promise<void> {
      if (isRead(client, place, id, number)) return;
      const body = { place, place_id: id, number };
      heard({ kind: 'reading', reading: await messaging.markRead({ body }) });
    },
    /** Marks everything from the number on as unread. */
    async markUnread(place: Place, id: string, number: number): Promise<void> {
      const body = { place, place_id: id, number: Math.max(0, number - 1), back: true };
      heard({ kind: 'reading', reading: await messaging.markRead({ body }) });
    },
  };
}

async function edited(post: Post, text: string): Promise<Change> {
  const body = { text };
  if (post.kind === 'thread') {
    const params = { thread_id: post.thread.thread_id };
    return { kind: 'thread', ...(await messaging.editThread({ params, body })) };
  }
  if (post.kind === 'comment') {
    const params = { comment_id: post.comment.comment_id };
    return { kind: 'comment', ...(await messaging.editComment({ params, body })) };
  }
  const params = { message_id: post.message.message_id };
  return { kind: 'message', ...(await messaging.editMessage({ params, body })) };
}

async function removed(post: Post): Promise<void> {
  if (post.kind === 'thread') {
    await messaging.removeThread({ params: { thread_id: post.thread.thread_id } });
  } else if (post.kind === 'comment') {
    await messaging.removeComment({ params: { comment_id: post.comment.comment_id } });
  } else {
    await messaging.removeMessage({ params: { message_id: post.message.message_id } });
  }
}

/** What is left of a deleted post, until the feed reports it. */
function stubOf(post: Post): Change {
  const { revision } = stateOf(post);
  const deleted_at = new Date().toISOString();
  return withState(post, {
    blocks: [],
    mention_ids: [],
    reactions: [],
    deleted_at,
    revision: revision + 1,
  });
}

function stateOf(post: Post) {
  if (post.kind === 'thread') return post.thread;
  return post.kind === 'comment' ? post.comment : post.message;
}

function withState(post: Post, state: Partial<Omit<ReturnType<typeof stateOf>, 'number'>>): Change {
  if (post.kind === 'thread') return { kind: 'thread', thread: { ...post.thread, ...state } };
  if (post.kind === 'comment') return { kind: 'comment', comment: { ...post.comment, ...state } };
  return { kind: 'message', message: { ...post.message, ...state } };
}

function idOf(post: Post) {
  if (post.kind === 'thread') return { thread_id: post.thread.thread_id };
  if (post.kind === 'comment') return { comment_id: post.comment.comment_id };
  return { message_id: post.message.message_id };
}

function isRead(client: QueryClient, place: Place, id: string, number: number): boolean {
  const home = client.getQueryData<Home>(homeQuery.queryKey);
  const reading = home?.readings.find((one) => one.place === place && one.place_id === id);
  return reading !== undefined && reading.number >= number && reading.unread === 0;
}
