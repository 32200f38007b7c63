import { randomBytes } from 'node:crypto';
import type { Input } from '../../../contract/endpoint.ts';
import type { threads } from '../../../contract/messaging/threads.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { findChannel } from '../channels/channels.ts';
import { readBlocks } from '../formatting/content.ts';
import { findActor, readNumber, takeNumber } from '../users/users.ts';
import { checkFiles, noteMentions } from './posting.ts';
import { deleteMentions, insertThread, lockThread, updateThreadDeleted } from './store.ts';

type In<Name extends keyof typeof threads> = Input<(typeof threads)[Name]>;

export async function postThread(ctx: WriteContext, { body }: In<'postThread'>) {
  const content = readBlocks(body.blocks);
  const { tx, organization, now } = ctx;
  const actor = await findActor(ctx, tx);
  const channelId = await findChannel(tx, organization, actor.id, body);
  await checkFiles(ctx, content);
  const id = await takeNumber(tx, organization, 'thread');
  // 22 characters that say nothing of the thread; members only, all the same.
  const shareToken = randomBytes(16).toString('base64url');
  const post = { id, authorId: actor.id, content, now };
  await insertThread(tx, organization, post, { channelId, shareToken });
  await noteMentions(ctx, content, { threadId: id });
  const threadID = String(id);
  const data = { threadID, channelID: String(channelId), authorID: String(actor.id), ...content };
  await record(ctx, 'thread.post', threadID, [
    { type: 'thread.posted', subject: threadID, data: { ...data, created_at: now.toISOString() } },
  ]);
  const threadURL = `${ctx.origin}/${threadID}?s=${shareToken}`;
  return { ok: true as const, result: { threadID, threadURL } };
}

export async function deleteThread(ctx: WriteContext, { body }: In<'deleteThread'>) {
  const { tx, organization, now } = ctx;
  const actor = await findActor(ctx, tx);
  const row = await lockThread(tx, organization, actor.id, readNumber(body.threadID));
  if (!row) throw new AppError('thread_not_found');
  if (row.author_id !== actor.id) throw new AppError('not_allowed');
  await updateThreadDeleted(tx, organization, row.id, now);
  await deleteMentions(tx, organization, { threadId: row.id });
  const threadID = String(row.id);
  const data = { threadID, channelID: String(row.channel_id) };
  await record(ctx, 'thread.delete', threadID, [
    { type: 'thread.deleted', subject: threadID, data },
  ]);
  return { ok: true as const };
}
