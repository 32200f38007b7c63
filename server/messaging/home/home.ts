import type { In } from '../../../contract/endpoint.ts';
import type { home } from '../../../contract/messaging/website/home.ts';
import type { ReadContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { writePosition } from '../../runtime/events/position.ts';
import { selectEnd } from '../../runtime/events/store.ts';
import { selectReadableChannels } from '../channels/store.ts';
import { showChannelState } from '../channels/website.ts';
import { selectOwnChats } from '../chats/store.ts';
import { showChat } from '../chats/website.ts';
import { isUuid, readNumber } from '../names/names.ts';
import { selectReadings } from '../readings/store.ts';
import { selectUsers } from '../users/store.ts';
import { findActor, showUser } from '../users/users.ts';
import { selectLongName, selectUuidName } from './store.ts';

export async function getHome(ctx: ReadContext) {
  const { db, organization } = ctx;
  // All of one snapshot: what happens while the rest is read comes through the feed.
  const [end, actor] = await Promise.all([selectEnd(db), findActor(ctx, db)]);
  const [users, channels, chats, readings] = await Promise.all([
    selectUsers(db, organization),
    selectReadableChannels(db, organization, actor.id),
    selectOwnChats(db, organization, actor.id),
    selectReadings(db, organization, actor.id),
  ]);
  return {
    position: writePosition(end),
    user_id: String(actor.id),
    users: users.map(showUser),
    channels: channels.map(showChannelState),
    joined_channel_ids: channels.filter((one) => one.is_joined).map(({ id }) => String(id)),
    chats: chats.map(showChat),
    readings,
  };
}

/** What an id in a URL names. @throws AppError not_found, also for what the member may not read */
export async function findName(ctx: ReadContext, { params }: In<typeof home, 'findName'>) {
  const { db, organization } = ctx;
  const actor = await findActor(ctx, db);
  const found = isUuid(params.id)
    ? await selectUuidName(db, organization, actor.id, params.id)
    : await selectLongName(db, organization, actor.id, readNumber(params.id));
  if (!found) throw new AppError('not_found', { message: 'There is nothing with this id.' });
  const { kind, channel_id, thread_id, chat_id, number } = found;
  return {
    kind,
    channel_id: channel_id === null ? null : String(channel_id),
    thread_id: thread_id === null ? null : String(thread_id),
    chat_id,
    number,
  };
}
