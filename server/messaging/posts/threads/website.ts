import type { In } from '../../../../contract/endpoint.ts';
import type { ThreadState } from '../../../../contract/messaging/website/shapes.ts';
import type { threads } from '../../../../contract/messaging/website/threads.ts';
import type { ReadContext, WriteContext } from '../../../platform/context.ts';
import { AppError } from '../../../runtime/errors.ts';
import { findActorAndChannel } from '../../channels/channels.ts';
import { joinChannel } from '../../channels/membership/joining.ts';
import { readText } from '../../formatting/content.ts';
import { readNumber } from '../../names/names.ts';
import { selectThreadReadings } from '../../readings/store.ts';
import { findActor, ownerOf } from '../../users/users.ts';
import { showPost } from '../post.ts';
import { deletePost, editPost } from '../posts.ts';
import { selectPostPage } from '../store.ts';
import { selectPageReadings, selectThread, type ThreadRow, threadTable } from './store.ts';
import { postThreadIn, threadKind } from './threads.ts';

/** The latest active first; those after a number are the ones next to it. */
export async function listThreads(
  ctx: ReadContext,
  { params, query }: In<typeof threads, 'listThreads'>,
) {
  const { db, organization, caller } = ctx;
  const channelId = readNumber(params.channel_id);
  const { limit = 50, before, after } = query;
  const page = { before, after, limit: limit + 1 };
  const [found, foundReadings] = await Promise.all([
    selectPostPage(db, organization, threadTable, channelId, page),
    selectPageReadings(db, organization, ownerOf(caller), channelId, page),
    findActorAndChannel(ctx, db, { channelID: params.channel_id }),
  ]);
  const rows = found.reverse();
  const shown = after === undefined ? rows.slice(0, limit) : rows.slice(-limit);
  const ids = new Set(shown.map(({ id }) => String(id)));
  const readings = foundReadings.filter(({ place_id }) => ids.has(place_id));
  return { threads: shown.map(showThread), readings, has_more: rows.length > limit };
}

export async function startThread(ctx: WriteContext, { body }: In<typeof threads, 'startThread'>) {
  const content = readText(body.text);
  const channel = { channelID: body.channel_id };
  const row = await postThreadIn(ctx, channel, content, body.sent_id);
  await joinChannel(ctx, row.channel_id, row.author_id);
  return { thread: showThread(row) };
}

export async function getThread(ctx: ReadContext, { params }: In<typeof threads, 'getThread'>) {
  const { db, organization } = ctx;
  const actor = await findActor(ctx, db);
  const id = readNumber(params.thread_id);
  const [row, [reading]] = await Promise.all([
    selectThread(db, organization, actor.id, id),
    selectThreadReadings(db, organization, actor.id, [id]),
  ]);
  if (!row) throw new AppError('thread_not_found');
  const unopened = { place: 'thread' as const, place_id: String(row.id), number: 0, unread: 0 };
  return { thread: showThread(row), reading: reading ?? unopened };
}

export async function editThread(
  ctx: WriteContext,
  { params, body }: In<typeof threads, 'editThread'>,
) {
  const content = readText(body.text);
  const actor = await findActor(ctx, ctx.tx);
  const row = await editPost(ctx, threadKind, actor, readNumber(params.thread_id), content);
  return { thread: showThread(row) };
}

export async function removeThread(
  ctx: WriteContext,
  { params }: In<typeof threads, 'removeThread'>,
) {
  const actor = await findActor(ctx, ctx.tx);
  await deletePost(ctx, threadKind, actor, readNumber(params.thread_id));
  return {};
}

export function showThread(row: ThreadRow): ThreadState {
  return {
    thread_id: String(row.id),
    channel_id: String(row.channel_id),
    ...showPost(row, row.blocks),
    number: row.number,
    active_at: row.active_at.toISOString(),
    comment_count: row.comment_count,
    last_number: row.last_number,
    share_token: row.share_token,
    is_announcement: row.is_announcement,
  };
}
