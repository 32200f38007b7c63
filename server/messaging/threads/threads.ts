import { randomBytes } from 'node:crypto';
import type { Input } from '../../../contract/endpoint.ts';
import type { threads } from '../../../contract/messaging/threads.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { findActorAndChannel, type Named } from '../channels/channels.ts';
import { archived, requireUnarchived } from '../channels/rights.ts';
import { type Content, readBlocks } from '../formatting/content.ts';
import { tellReaders, tellReadersAnew } from '../notices/notices.ts';
import { deleteNotices } from '../notices/store.ts';
import { insertReading } from '../readings/store.ts';
import { findActor, readNumber, takeNumber } from '../users/users.ts';
import { checkFiles, forgetFiles, noteFiles } from './posting.ts';
import {
  insertThread,
  lockThread,
  type ThreadRow,
  updateThread,
  updateThreadDeleted,
} from './store.ts';

type In<Name extends keyof typeof threads> = Input<(typeof threads)[Name]>;
type Actor = { id: number };

export async function postThread(ctx: WriteContext, { body }: In<'postThread'>) {
  const content = readBlocks(body.blocks);
  const { id, share_token } = await addThreadTo(ctx, body, content);
  const threadID = String(id);
  const threadURL = `${ctx.origin}/${threadID}?s=${share_token}`;
  return { ok: true as const, result: { threadID, threadURL } };
}

export async function deleteThread(ctx: WriteContext, { body }: In<'deleteThread'>) {
  const actor = await findActor(ctx, ctx.tx);
  await dropThread(ctx, actor, readNumber(body.threadID));
  return { ok: true as const };
}

/** Asks in one round trip what else would take three. @throws AppError channel_not_found */
export async function addThreadTo(
  ctx: WriteContext,
  channel: Named,
  content: Content,
  sentId?: string,
) {
  const [{ actor, channelId }, id] = await Promise.all([
    findActorAndChannel(ctx, ctx.tx, channel),
    takeNumber(ctx.tx, ctx.organization, 'thread'),
  ]);
  return addThread(ctx, actor, channelId, content, { id, sentId });
}

/** @throws AppError file_not_found, not_allowed */
export async function addThread(
  ctx: WriteContext,
  actor: Actor,
  channelId: number,
  content: Content,
  given: { id?: number; sentId?: string | undefined; isAnnouncement?: boolean } = {},
): Promise<ThreadRow> {
  const { tx, organization, now } = ctx;
  await checkFiles(ctx, actor, content);
  const id = given.id ?? (await takeNumber(tx, organization, 'thread'));
  // 22 characters that say nothing of the thread; members only, all the same.
  const shareToken = randomBytes(16).toString('base64url');
  const post = { id, authorId: actor.id, content, sentId: given.sentId, now };
  const { isAnnouncement = false } = given;
  const place = { channelId, shareToken, isAnnouncement };
  const row = await insertThread(tx, organization, post, place);
  if (!row) throw archived();
  insertReading(tx, organization, actor.id, { threadId: id }, 0);
  noteFiles(ctx, content, { threadId: id });
  tellReaders(ctx, { threadId: id }, content, actor.id);
  await record(ctx, 'thread.post', String(id), [
    { type: 'thread.posted', subject: String(id), data: dataOf(row) },
  ]);
  return row;
}

/** @throws AppError thread_not_found, not_allowed, file_not_found */
export async function changeThread(
  ctx: WriteContext,
  actor: Actor,
  id: number,
  content: Content,
): Promise<ThreadRow> {
  const { tx, organization, now } = ctx;
  requireUnarchived(await lockOwn(ctx, actor, id));
  await checkFiles(ctx, actor, content);
  const row = await updateThread(tx, organization, id, content, now);
  forgetFiles(ctx, { threadId: id });
  noteFiles(ctx, content, { threadId: id });
  tellReadersAnew(ctx, { threadId: id }, content, actor.id);
  await record(ctx, 'thread.edit', String(id), [
    { type: 'thread.edited', subject: String(id), data: dataOf(row) },
  ]);
  return row;
}

/** @throws AppError thread_not_found, not_allowed */
export async function dropThread(ctx: WriteContext, actor: Actor, id: number): Promise<void> {
  const { tx, organization, now } = ctx;
  const row = await lockOwn(ctx, actor, id);
  await updateThreadDeleted(tx, organization, row.id, now);
  deleteNotices(tx, organization, { threadId: row.id });
  forgetFiles(ctx, { threadId: row.id });
  const threadID = String(row.id);
  const data = { threadID, channelID: String(row.channel_id) };
  await record(ctx, 'thread.delete', threadID, [
    { type: 'thread.deleted', subject: threadID, data },
  ]);
}

async function lockOwn({ tx, organization }: WriteContext, actor: Actor, id: number) {
  const row = await lockThread(tx, organization, actor.id, id);
  if (!row) throw new AppError('thread_not_found');
  if (row.author_id !== actor.id) throw new AppError('not_allowed');
  if (!row.is_announcement) return row;
  throw new AppError('not_allowed', { message: 'This announcement cannot be edited or deleted.' });
}

function dataOf(row: ThreadRow) {
  return {
    threadID: String(row.id),
    channelID: String(row.channel_id),
    authorID: String(row.author_id),
    created_at: row.created_at.toISOString(),
  };
}
