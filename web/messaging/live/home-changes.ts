import type { Change } from '../../../contract/messaging/website/feed.ts';
import { unreadMax } from '../../../contract/messaging/website/shapes.ts';
import { type Home, later, type MessageWindow, putReading } from './windows.ts';

/** Applies a change to what is shown around every page. */
export function changeHome(home: Home, change: Change): Home {
  switch (change.kind) {
    case 'user':
      return { ...home, users: put(home.users, change.user, 'user_id') };
    case 'channel':
      return { ...home, channels: putState(home.channels, change.channel, 'channel_id') };
    case 'chat':
      return changeChat(home, change.chat);
    case 'reading':
      if (change.reading.place === 'thread') return home;
      return { ...home, readings: putReading(home.readings, change.reading) };
    case 'message':
      return hearMessage(home, change.message);
    default:
      return home;
  }
}

function changeChat(home: Home, chat: Home['chats'][number]): Home {
  if (chat.deleted_at === null && chat.member_ids.includes(home.user_id)) {
    return { ...home, chats: putState(home.chats, chat, 'chat_id') };
  }
  return { ...home, chats: home.chats.filter((one) => one.chat_id !== chat.chat_id) };
}

/** A message moves its chat up; it counts as unread until the server is asked or it is seen. */
function hearMessage(
  home: Home,
  { chat_id, number, author_id, created_at }: MessageWindow['messages'][number],
): Home {
  const chat = home.chats.find((one) => one.chat_id === chat_id);
  if (!chat || chat.last_number >= number) return home;
  const isOwn = author_id === home.user_id;
  const moved = { ...chat, last_number: number, last_at: created_at };
  return {
    ...home,
    chats: home.chats.map((one) => (one === chat ? moved : one)),
    readings: home.readings.map((one) => {
      if (one.place !== 'chat' || one.place_id !== chat_id) return one;
      if (isOwn) return { ...one, number: Math.max(one.number, number), unread: 0 };
      return { ...one, unread: Math.min(one.unread + 1, unreadMax) };
    }),
  };
}

function put<K extends string, S extends Record<K, unknown>>(
  states: readonly S[],
  heard: S,
  id: K,
): S[] {
  const isKnown = states.some((one) => one[id] === heard[id]);
  if (!isKnown) return [...states, heard];
  return states.map((one) => (one[id] === heard[id] ? heard : one));
}

function putState<K extends string, S extends Record<K, unknown> & { revision: number }>(
  states: readonly S[],
  heard: S,
  id: K,
): S[] {
  const known = states.find((one) => one[id] === heard[id]);
  return put(states, later(known, heard), id);
}
