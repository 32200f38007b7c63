import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import type { ChatState, Place } from '../../contract/messaging/website/shapes.ts';
import { messaging } from './api.ts';
import { type Hearing, update } from './live/hearing.ts';
import { changeHome } from './live/home-changes.ts';
import { catchingUp } from './live/log.ts';
import type { Home } from './live/windows.ts';

export type { Home };

/** Users, channels, chats and reading positions; the feed keeps them up to date. */
export const homeQuery = queryOptions({
  queryKey: ['messaging', 'home'],
  queryFn: ({ signal }) => catchingUp(() => messaging.getHome({}, { signal }), changeHome),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Applies a change to the home; it is loaded again when the member may read other places. */
export const hearHome: Hearing = (client, change) => {
  update<Home>(client, homeQuery.queryKey, (home) => changeHome(home, change));
  if (change.kind === 'places') void client.invalidateQueries({ queryKey: homeQuery.queryKey });
};

export function prefetchHome(client: QueryClient): Promise<void> {
  return client.prefetchQuery(homeQuery);
}

export function useHome() {
  return useQuery(homeQuery);
}

/** The unread count of a place; the inbox, of which there is one, needs no id. */
export function unreadIn({ readings }: Home, place: Place, id?: string): number {
  const reading = readings.find(
    (one) => one.place === place && (id === undefined || one.place_id === id),
  );
  return reading?.unread ?? 0;
}

/** The name of a chat; a direct chat is named after the other member. */
export function nameOfChat({ users, user_id }: Home, chat: ChatState): string {
  if (chat.name !== '') return chat.name;
  const others = chat.member_ids.filter((id) => id !== user_id);
  const names = (others.length > 0 ? others : chat.member_ids).map((id) => nameOf(users, id));
  return names.join(', ') || 'Empty chat';
}

function nameOf(users: Home['users'], id: string): string {
  return users.find((user) => user.user_id === id)?.name ?? 'Somebody';
}
