import type { Change } from '../../../contract/messaging/website/feed.ts';
import type { AddressedChange, LoadContext } from '../../platform/feed/source.ts';
import type { FeedEvent } from '../../platform/feed/store.ts';
import type { Position } from '../../runtime/events/position.ts';
import { type ChannelStateRow, selectChannelStates } from '../channels/store.ts';
import { showChannelState } from '../channels/website.ts';
import { type ChatRow, selectChatsByIds } from '../chats/store.ts';
import { showChat } from '../chats/website.ts';
import { type CommentRow, commentTable } from '../posts/comments/store.ts';
import { showComment } from '../posts/comments/website.ts';
import { type MessageRow, messageTable } from '../posts/messages/store.ts';
import { showMessage } from '../posts/messages/website.ts';
import { selectPosts } from '../posts/store.ts';
import { type ThreadRow, threadTable } from '../posts/threads/store.ts';
import { showThread } from '../posts/threads/website.ts';
import { selectUsers, selectUsersByMember, type UserStateRow } from '../users/store.ts';
import { showUser } from '../users/users.ts';
import { loadReadings } from './own-readings.ts';
import { loadReaders, placesOf } from './readers.ts';
import { type References, referencesIn } from './references.ts';

type Found<Row> = { row: Row; position: Position }[];

/**
 * The present state of what some events changed. Who may read it is determined after loading:
 * somebody who lost access to a place before a post was written there never receives it.
 */
export async function loadChanges(
  ctx: LoadContext,
  events: readonly FeedEvent[],
): Promise<AddressedChange[]> {
  const references = referencesIn(events);
  const states = await loadStates(ctx, references);
  const { users, channels, chats, threads, comments, messages, readings } = states;
  const channelIds = new Set([
    ...channels.map(({ row }) => row.id),
    ...[...threads, ...comments].map(({ row }) => row.channel_id),
    ...references.places.flatMap(({ channelId }) => channelId ?? []),
  ]);
  const chatIds = new Set([
    ...chats.map(({ row }) => row.id),
    ...messages.map(({ row }) => row.chat_id),
  ]);
  const readers = await loadReaders(ctx, [...channelIds], [...chatIds]);
  const { ofChannel, ofChat, ofMessages } = readers;
  return [
    ...tell(users, userChange, () => undefined),
    ...tell(channels, channelChange, ({ id }) => ofChannel(id)),
    ...tell(chats, chatChange, ({ id }) => ofChat(id)),
    ...tell(threads, threadChange, (row) => ofChannel(row.channel_id)),
    ...tell(comments, commentChange, (row) => ofChannel(row.channel_id)),
    ...tell(messages, messageChange, (row) => ofMessages(row.chat_id)),
    ...readings,
    ...placesOf(ctx, references, readers),
  ];
}

const userChange = (row: UserStateRow): Change => ({ kind: 'user', user: showUser(row) });
const channelChange = (row: ChannelStateRow): Change => ({
  kind: 'channel',
  channel: showChannelState(row),
});
const chatChange = (row: ChatRow): Change => ({ kind: 'chat', chat: showChat(row) });
const threadChange = (row: ThreadRow): Change => ({ kind: 'thread', thread: showThread(row) });
const commentChange = (row: CommentRow): Change => ({
  kind: 'comment',
  comment: showComment(row),
});
const messageChange = (row: MessageRow): Change => ({
  kind: 'message',
  message: showMessage(row),
});

function tell<Row>(
  found: Found<Row>,
  change: (row: Row) => Change,
  audience: (row: Row) => ReadonlySet<number> | undefined,
): AddressedChange[] {
  return found
    .map(({ row, position }) => ({ row, position, audience: audience(row) }))
    .filter((one) => one.audience === undefined || one.audience.size > 0)
    .map(({ row, position, audience }) => ({
      position,
      audience,
      json: JSON.stringify(change(row)),
    }));
}

/** One query for each kind of thing. */
async function loadStates(ctx: LoadContext, references: References) {
  const { db, organization } = ctx;
  const [users, channels, chats, threads, comments, messages, readings] = await Promise.all([
    loadUsers(ctx, references),
    load(references.channels, (ids) => selectChannelStates(db, organization, ids)),
    load(references.chats, (ids) => selectChatsByIds(db, organization, ids)),
    load(references.threads, (ids) => selectPosts(db, organization, threadTable, ids)),
    load(references.comments, (ids) => selectPosts(db, organization, commentTable, ids)),
    load(references.messages, (ids) => selectPosts(db, organization, messageTable, ids)),
    loadReadings(ctx, references),
  ]);
  return { users, channels, chats, threads, comments, messages, readings };
}

async function load<Id, Row extends { id: Id }>(
  positions: ReadonlyMap<Id, Position>,
  select: (ids: Id[]) => Promise<Row[]>,
): Promise<Found<Row>> {
  if (positions.size === 0) return [];
  const rows = new Map((await select([...positions.keys()])).map((row) => [row.id, row]));
  return [...positions].flatMap(([id, position]) => {
    const row = rows.get(id);
    return row ? [{ row, position }] : [];
  });
}

async function loadUsers(
  { db, organization }: LoadContext,
  { members, users }: References,
): Promise<Found<UserStateRow>> {
  const found = await load(users, (ids) => selectUsers(db, organization, ids));
  const position = [...members.values()].at(-1);
  if (!position) return found;
  const ids = await selectUsersByMember(db, organization, [...members.keys()]);
  const rows = await selectUsers(db, organization, ids);
  return [...found, ...rows.map((row) => ({ row, position }))];
}
