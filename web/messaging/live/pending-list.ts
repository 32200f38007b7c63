import type { QueryClient } from '@tanstack/react-query';
import { splitText } from '../../../contract/messaging/text.ts';
import { type Home, homeQuery } from '../home.ts';
import { keep } from './kept-pending.ts';
import type { Pending, PendingPlace } from './pending-post.ts';

export const pendingRoot = ['messaging-pending'] as const;

export function pendingKey(place: PendingPlace) {
  return [...pendingRoot, Object.keys(place)[0], Object.values(place)[0]] as const;
}

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

/** How it stands with one; a reason stays only with what failed. */
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

/** The blocks that a text becomes, to recognise it when it arrives before its own answer does. */
function blocksOf(place: PendingPlace, text: string): string[] {
  return 'chatId' in place ? [text] : splitText(text);
}

/** What arrived is no longer being sent: it is never shown twice. */
export function settle(
  client: QueryClient,
  place: PendingPlace,
  { blocks, revision }: { blocks: string[]; revision: number },
): void {
  // Only a new post: threads change with each comment.
  if (revision > 1) return;
  const arrived = JSON.stringify(blocks);
  changePending(client, place, (pending) => {
    const found = pending.find(
      (one) => one.status === 'sending' && JSON.stringify(blocksOf(place, one.text)) === arrived,
    );
    return pending.filter((one) => one !== found);
  });
}
