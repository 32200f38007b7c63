import { useQueryClient } from '@tanstack/react-query';
import type {
  ChannelState,
  ChatState,
  Place,
  Reading,
  UserState,
} from '../../../contract/messaging/website/shapes.ts';
import { type Home, homeQuery, nameOfChat, useHome } from '../home.ts';

export { useHome };

/** The id of the user who is signed in; empty until it is known. */
export function useMe(): string {
  return useHome().data?.user_id ?? '';
}

export function useUsers(): UserState[] {
  return useHome().data?.users ?? [];
}

export function useUser(id: string): UserState | undefined {
  return useUsers().find((user) => user.user_id === id);
}

/** The name of a user, even of one who is not known. */
export function userName(users: readonly UserState[], id: string): string {
  return users.find((user) => user.user_id === id)?.name ?? 'Somebody';
}

export function useChannel(id: string): ChannelState | undefined {
  return useHome().data?.channels.find((channel) => channel.channel_id === id);
}

export function useIsJoined(channelId: string): boolean {
  return useHome().data?.joined_channel_ids.includes(channelId) ?? false;
}

export function useChat(id: string): ChatState | undefined {
  return useHome().data?.chats.find((chat) => chat.chat_id === id);
}

export function useChatName(chat: ChatState): string {
  const { data } = useHome();
  return data ? nameOfChat(data, chat) : chat.name;
}

/** How far the member has read in a channel or chat, or in the inbox (whose id is the user's). */
export function useReading(place: Place, id: string): Reading | undefined {
  return useHome().data?.readings.find((one) => one.place === place && one.place_id === id);
}

/** Loads the home again, after channels or chats were opened, joined or left. */
export function useRefreshHome(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: homeQuery.queryKey });
}

export type { Home };
