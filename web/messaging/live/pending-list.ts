import type { QueryClient } from '@tanstack/react-query';
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
