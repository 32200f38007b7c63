import type { QueryClient } from '@tanstack/react-query';
import { type Home, homeQuery } from '../home.ts';
import type { Hearing } from './hearing.ts';
import { keep } from './kept-pending.ts';
import type { Pending, PendingPlace } from './pending-post.ts';

export const pendingRoot = ['messaging-pending'] as const;

export function pendingKey(place: PendingPlace) {
  return [...pendingRoot, Object.keys(place)[0], Object.values(place)[0]] as const;
}

/** A post that arrives before its own answer, or instead of one that got lost, is not shown twice. */
export const hearSent: Hearing = (client, change) => {
  if (change.kind === 'thread') {
    settleSent(client, { channelId: change.thread.channel_id }, change.thread);
  } else if (change.kind === 'comment') {
    settleSent(client, { threadId: change.comment.thread_id }, change.comment);
  } else if (change.kind === 'message') {
    settleSent(client, { chatId: change.message.chat_id }, change.message);
  }
};

export function changePending(
  client: QueryClient,
  place: PendingPlace,
  change: (pending: readonly Pending[]) => Pending[],
): void {
  const key = pendingKey(place);
  const before = client.getQueryData<Pending[]>(key) ?? [];
  const pending = change(before);
  client.setQueryData<Pending[]>(key, pending);
  const user = client.getQueryData<Home>(homeQuery.queryKey)?.user_id;
  if (user !== undefined && (before.length > 0 || pending.length > 0)) keep(user, place, pending);
}

/** Sets the status of a pending post; only a failed one has a reason. */
export function setStatus(
  client: QueryClient,
  place: PendingPlace,
  key: string,
  status: Pick<Pending, 'status' | 'error'>,
): void {
  changePending(client, place, (all) =>
    all.map((one) => {
      if (one.key !== key) return one;
      const { error: _, ...sent } = one;
      return { ...sent, ...status };
    }),
  );
}

/** Removes a post that has arrived, or is not to be sent any more. */
export function settle(client: QueryClient, place: PendingPlace, key: string): void {
  const all = client.getQueryData<Pending[]>(pendingKey(place));
  if (!all?.some((one) => one.key === key)) return;
  changePending(client, place, (before) => before.filter((one) => one.key !== key));
}

type Sent = { sent_id: string | null };

function settleSent(client: QueryClient, place: PendingPlace, { sent_id }: Sent): void {
  if (sent_id !== null) settle(client, place, sent_id);
}
