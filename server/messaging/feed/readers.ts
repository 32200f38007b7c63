import type { Change } from '../../../contract/messaging/website/feed.ts';
import type { AddressedChange, LoadContext } from '../../platform/feed/source.ts';
import type { Position } from '../../runtime/events/position.ts';
import type { References } from './references.ts';
import { selectChannelReaders, selectChatReaders } from './store.ts';

/** Which of the listeners may read something; undefined: everybody. */
export type Readers = {
  ofChannel(id: number): ReadonlySet<number> | undefined;
  ofChat(id: string): ReadonlySet<number>;
  /** Nobody may read the messages of a deleted chat. */
  ofMessages(chatId: string): ReadonlySet<number>;
};

const nobody: ReadonlySet<number> = new Set();

/**
 * Determines which of the listeners may read the channels and chats; undefined for a public
 * channel.
 */
export async function loadReaders(
  { db, organization, listening }: LoadContext,
  channelIds: readonly number[],
  chatIds: readonly string[],
): Promise<Readers> {
  const users = [...listening];
  const [inChannels, inChats] = await Promise.all([
    channelIds.length > 0 ? selectChannelReaders(db, organization, channelIds, users) : [],
    chatIds.length > 0 ? selectChatReaders(db, organization, chatIds, users) : [],
  ]);
  const channels = new Map(
    inChannels.map((one) => [one.id, one.is_private ? new Set(one.user_ids) : undefined]),
  );
  const chats = new Map(inChats.map((one) => [one.id, one]));
  return {
    ofChannel: (id) => (channels.has(id) ? channels.get(id) : nobody),
    ofChat: (id) => new Set(chats.get(id)?.user_ids),
    ofMessages: (chatId) => {
      const chat = chats.get(chatId);
      return chat?.is_deleted ? nobody : new Set(chat?.user_ids);
    },
  };
}

/** One change for each user who gained or lost something. */
export function placesOf(
  { listening }: LoadContext,
  { places }: References,
  { ofChannel }: Readers,
): AddressedChange[] {
  const moved = new Map<number, { position: Position; channels: Set<string> }>();
  for (const { channelId, users, position } of places) {
    const inside = channelId === undefined ? undefined : ofChannel(channelId);
    const concerned =
      users === 'outsiders' ? [...listening].filter((user) => !inside?.has(user)) : users;
    for (const user of concerned.filter((one) => listening.has(one))) {
      const channels = moved.get(user)?.channels ?? new Set();
      if (channelId !== undefined) channels.add(String(channelId));
      moved.set(user, { position, channels });
    }
  }
  return [...moved].map(([user, { position, channels }]) => {
    const change: Change = { kind: 'places', channel_ids: [...channels] };
    return { position, audience: new Set([user]), json: JSON.stringify(change) };
  });
}
