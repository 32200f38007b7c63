import type { In } from '../../../contract/endpoint.ts';
import type { home } from '../../../contract/messaging/website/home.ts';
import type { Reading } from '../../../contract/messaging/website/shapes.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { publish } from '../../runtime/events/events.ts';
import { findChannel } from '../channels/channels.ts';
import { findChat } from '../chats/chats.ts';
import { readNumber } from '../names/names.ts';
import { selectThread } from '../posts/threads/store.ts';
import {
  type PlaceOf,
  selectReadings,
  selectThreadReadings,
  updateReading,
} from '../readings/store.ts';
import { findActor } from '../users/users.ts';

export async function listReadings(ctx: ReadContext, { query }: In<typeof home, 'listReadings'>) {
  const { db, organization } = ctx;
  const actor = await findActor(ctx, db);
  const threads = (query.threads?.split(',') ?? []).map(readNumber);
  const [ofPlaces, ofThreads] = await Promise.all([
    selectReadings(db, organization, actor.id),
    threads.length > 0 ? selectThreadReadings(db, organization, actor.id, threads) : [],
  ]);
  return { readings: [...ofPlaces, ...ofThreads] };
}

export async function markRead(
  ctx: WriteContext,
  { body }: In<typeof home, 'markRead'>,
): Promise<Reading> {
  const { tx, organization, now } = ctx;
  const actor = await findActor(ctx, tx);
  const place = await findPlace(ctx, actor.id, body);
  updateReading(tx, organization, actor.id, place, body.number, body.back ?? false);
  const readings =
    'threadId' in place
      ? await selectThreadReadings(tx, organization, actor.id, [place.threadId])
      : await selectReadings(tx, organization, actor.id);
  const id = 'inboxOf' in place ? String(actor.id) : body.place_id;
  const moved = readings.find((one) => one.place === body.place && one.place_id === id);
  const reading = moved ?? { place: body.place, place_id: id, number: body.number, unread: 0 };
  const { place: of, place_id } = reading;
  // Not audited: how far somebody has read is private.
  const data = { userID: String(actor.id), place: of, place_id };
  await publish(tx, organization, now, [{ type: 'reading.moved', subject: place_id, data }]);
  return reading;
}

/** @throws AppError channel_not_found, thread_not_found, chat_not_found */
async function findPlace(
  { tx, organization }: WriteContext,
  userId: number,
  { place, place_id }: In<typeof home, 'markRead'>['body'],
): Promise<PlaceOf> {
  if (place === 'inbox') return { inboxOf: userId };
  if (place === 'chat') {
    return { chatId: (await findChat(tx, organization, userId, { chatID: place_id })).id };
  }
  if (place === 'channel') {
    return { channelId: await findChannel(tx, organization, userId, place_id) };
  }
  const thread = await selectThread(tx, organization, userId, readNumber(place_id));
  if (!thread) throw new AppError('thread_not_found');
  return { threadId: thread.id };
}
