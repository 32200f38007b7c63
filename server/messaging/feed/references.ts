import type { EventOf } from '../../../contract/events.ts';
import type { events as messagingEvents } from '../../../contract/messaging/events.ts';
import type { events as platformEvents } from '../../../contract/platform/events.ts';
import type { FeedEvent } from '../../platform/feed/store.ts';
import type { Position } from '../../runtime/events/position.ts';
import { readId } from '../../runtime/ids.ts';
import { isUuid, readNumber } from '../names/names.ts';

/** What some events are about, each with the position of the last of them. */
export type References = {
  members: Map<number, Position>;
  users: Map<number, Position>;
  channels: Map<number, Position>;
  threads: Map<number, Position>;
  comments: Map<number, Position>;
  chats: Map<string, Position>;
  messages: Map<string, Position>;
  readings: { userId: number; place: string; placeId: string; position: Position }[];
  places: PlacesMoved[];
};

/** Users who gained or lost access; without a channel it is a chat. */
export type PlacesMoved = {
  channelId: number | undefined;
  /** `outsiders`: everybody who is not in the channel, because its privacy changed. */
  users: readonly number[] | 'outsiders';
  position: Position;
};

export function referencesIn(events: readonly FeedEvent[]): References {
  const found: References = {
    members: new Map(),
    users: new Map(),
    channels: new Map(),
    threads: new Map(),
    comments: new Map(),
    chats: new Map(),
    messages: new Map(),
    readings: [],
    places: [],
  };
  for (const event of events) notice(found, event);
  return found;
}

type FeedType = keyof typeof messagingEvents | keyof typeof platformEvents;
type Notice<T extends FeedType> = (
  found: References,
  event: EventOf<T>,
  position: Position,
) => void;

const member: Notice<'member.created' | 'member.updated' | 'member.ended'> = (
  { members },
  { subject },
  position,
) => {
  const id = readId('member', subject);
  if (id !== undefined) put(members, id, position);
};
const user: Notice<'bot.created' | 'bot.ended' | 'user.updated'> = ({ users }, { subject }, at) =>
  put(users, readNumber(subject), at);
const channelMember: Notice<'channel.joined' | 'channel.left'> = (found, { data }, position) =>
  noticeChannel(found, data.channelID, [data.userID], position);
const thread: Notice<'thread.posted' | 'thread.edited' | 'thread.reacted' | 'thread.deleted'> = (
  { threads },
  { subject },
  position,
) => put(threads, readNumber(subject), position);
const comment: Notice<'comment.edited' | 'comment.reacted'> = ({ comments }, { subject }, at) =>
  put(comments, readNumber(subject), at);
/** Its thread counts it, and moves to the top of the channel. */
const countedComment: Notice<'comment.posted' | 'comment.deleted'> = (found, event, position) => {
  put(found.comments, readNumber(event.subject), position);
  put(found.threads, readNumber(event.data.threadID), position);
};
const chatMember: Notice<'chat.joined' | 'chat.left'> = (found, { data }, position) =>
  noticeChat(found, data.chatID, [data.userID], position);
const chatOfMembers: Notice<'chat.created' | 'chat.deleted'> = (found, { data }, position) =>
  noticeChat(found, data.chatID, data.memberIDs, position);
const message: Notice<
  'message.posted' | 'message.edited' | 'message.reacted' | 'message.deleted'
> = ({ messages }, { subject }, position) => {
  if (isUuid(subject)) put(messages, subject, position);
};

const notices: { readonly [T in FeedType]: Notice<T> } = {
  'member.created': member,
  'member.updated': member,
  'member.ended': member,
  'bot.created': user,
  'bot.ended': user,
  'user.updated': user,
  'channel.created': (found, { data }, position) =>
    noticeChannel(found, data.channelID, data.memberIDs, position),
  'channel.updated': (found, { data }, position) => {
    noticeChannel(found, data.channelID, [], position);
    if (data.privacy === data.previous_privacy) return;
    const channelId = readNumber(data.channelID);
    found.places.push({ channelId, users: 'outsiders', position });
  },
  'channel.joined': channelMember,
  'channel.left': channelMember,
  'thread.posted': thread,
  'thread.edited': thread,
  'thread.reacted': thread,
  'thread.deleted': thread,
  'comment.posted': countedComment,
  'comment.edited': comment,
  'comment.reacted': comment,
  'comment.deleted': countedComment,
  'chat.created': chatOfMembers,
  'chat.updated': (found, { data }, position) => noticeChat(found, data.chatID, [], position),
  'chat.joined': chatMember,
  'chat.left': chatMember,
  'chat.deleted': chatOfMembers,
  'message.posted': message,
  'message.edited': message,
  'message.reacted': message,
  'message.deleted': message,
  'reading.moved': ({ readings }, { data: { userID, place, place_id: placeId } }, position) => {
    readings.push({ userId: readNumber(userID), place, placeId, position });
  },
};

/** Types of events that change something that listeners are shown. */
export const feedTypes = Object.keys(notices) as readonly FeedType[];

function notice(found: References, event: FeedEvent): void {
  const { transaction, sequence, epoch } = event;
  const noticeIt = notices[event.type as FeedType] as Notice<FeedType>;
  noticeIt(found, event as EventOf<FeedType>, { transaction, sequence, epoch });
}

function noticeChannel(
  { channels, places }: References,
  channelID: string,
  joinedOrLeft: readonly string[],
  position: Position,
): void {
  const channelId = readNumber(channelID);
  put(channels, channelId, position);
  const users = joinedOrLeft.map(readNumber);
  if (users.length > 0) places.push({ channelId, users, position });
}

function noticeChat(
  { chats, places }: References,
  chatID: string,
  joinedOrLeft: readonly string[],
  position: Position,
): void {
  if (!isUuid(chatID)) return;
  put(chats, chatID, position);
  const users = joinedOrLeft.map(readNumber);
  if (users.length > 0) places.push({ channelId: undefined, users, position });
}

/** In the order of the last events. */
function put<Id>(ids: Map<Id, Position>, id: Id, position: Position): void {
  ids.delete(id);
  ids.set(id, position);
}
