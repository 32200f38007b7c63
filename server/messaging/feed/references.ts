import { eventTypes } from '../../../contract/events.ts';
import type { FeedEvent } from '../../platform/feed/store.ts';
import type { Position } from '../../runtime/events/position.ts';
import { readId } from '../../runtime/ids.ts';
import { isUuid, readNumber } from '../names/names.ts';

const nouns = [
  'member',
  'bot',
  'user',
  'channel',
  'thread',
  'comment',
  'chat',
  'message',
  'reading',
];

/** Types of events that change something that listeners are shown. */
export const feedTypes: readonly string[] = eventTypes.filter((type) =>
  nouns.includes(type.split('.', 1)[0] as string),
);

/** The members of event data that are read. */
type EventData = {
  threadID?: string;
  userID?: string;
  memberIDs?: string[];
  privacy?: string;
  previous_privacy?: string;
  place?: string;
  place_id?: string;
  member_id?: string | number;
};

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

function notice(found: References, event: FeedEvent): void {
  const { subject, transaction, sequence, epoch } = event;
  const data = dataOf(event);
  const position = { transaction, sequence, epoch };
  const [noun, verb] = event.type.split('.') as [string, string];
  const number = readNumber(subject);
  if (noun === 'member') {
    const id = readId('member', data.member_id ?? subject);
    if (id !== undefined) put(found.members, id, position);
  } else if (noun === 'bot' || noun === 'user') {
    put(found.users, number, position);
  } else if (noun === 'channel') {
    put(found.channels, number, position);
    noticeChannel(found, event, position);
  } else if (noun === 'thread') {
    put(found.threads, number, position);
  } else if (noun === 'comment') {
    put(found.comments, number, position);
    // Its thread counts it, and moves to the top of the channel.
    const counts = verb === 'posted' || verb === 'deleted';
    if (counts) put(found.threads, readNumber(data.threadID ?? 0), position);
  } else if (noun === 'reading') {
    const { userID = 0, place = '', place_id: placeId = '' } = data;
    found.readings.push({ userId: readNumber(userID), place, placeId, position });
  } else if (isUuid(subject)) {
    put(noun === 'chat' ? found.chats : found.messages, subject, position);
    if (noun === 'chat') noticeChat(found, event, position);
  }
}

function noticeChannel(found: References, event: FeedEvent, position: Position): void {
  const { type, subject } = event;
  const channelId = readNumber(subject);
  const joined = usersIn(event);
  if (joined.length > 0) found.places.push({ channelId, users: joined, position });
  const { privacy, previous_privacy: before = privacy } = dataOf(event);
  if (type === 'channel.updated' && privacy !== before) {
    found.places.push({ channelId, users: 'outsiders', position });
  }
}

function noticeChat(found: References, event: FeedEvent, position: Position): void {
  const users = usersIn(event);
  if (users.length > 0) found.places.push({ channelId: undefined, users, position });
}

function usersIn(event: FeedEvent): number[] {
  const { userID, memberIDs = [] } = dataOf(event);
  return [...(userID === undefined ? [] : [userID]), ...memberIDs].map(readNumber);
}

function dataOf({ data }: FeedEvent): EventData {
  return data as EventData;
}

/** In the order of the last events. */
function put<Id>(ids: Map<Id, Position>, id: Id, position: Position): void {
  ids.delete(id);
  ids.set(id, position);
}
