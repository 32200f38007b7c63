import type { In } from '../../../contract/endpoint.ts';
import type { channels, PrivateChannel } from '../../../contract/messaging/website/channels.ts';
import { requireAdministrator } from '../../platform/access/callers.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { joinChannel } from '../channels/membership/joining.ts';
import {
  type ChannelStateRow,
  isReadable,
  lockChannel,
  selectPrivateChannels,
} from '../channels/store.ts';
import { stateOf } from '../channels/website.ts';
import { readBlocks } from '../formatting/content.ts';
import { readNumber } from '../names/names.ts';
import { postThread } from '../posts/threads/threads.ts';
import { findActor } from '../users/users.ts';

export async function listPrivateChannels(ctx: ReadContext) {
  requireAdministrator(ctx);
  const { id } = await findActor(ctx, ctx.db);
  const rows = await selectPrivateChannels(ctx.db, ctx.organization, id);
  return { channels: rows.map(showPrivateChannel) };
}

/**
 * Adds the acting owner or admin to a private channel, and announces it there.
 * @throws AppError channel_not_found
 */
export async function takeChannelOver(
  ctx: WriteContext,
  { params }: In<typeof channels, 'takeChannelOver'>,
) {
  requireAdministrator(ctx);
  const { tx, organization } = ctx;
  const actor = await findActor(ctx, tx);
  const channel = await lockChannel(tx, organization, readNumber(params.channel_id));
  if (!channel) throw new AppError('channel_not_found');
  if (!(await isReadable(tx, organization, actor.id, channel.id))) {
    await postThread(ctx, actor, channel.id, readBlocks([announcement]), { isAnnouncement: true });
    await joinChannel(ctx, channel.id, actor.id);
    await record(ctx, 'channel.take', String(channel.id), []);
  }
  return { channel: await stateOf(ctx, channel.id) };
}

/** Its readers see its author, so no name is in the text. */
const announcement =
  'I have joined this private channel as an owner or admin. Owners and admins can join any ' +
  'private channel, and its members are told when they do.';

function showPrivateChannel(row: ChannelStateRow): PrivateChannel {
  const { name, member_count, is_archived } = row;
  return { channel_id: String(row.id), name, member_count, is_archived };
}
