import type { In } from '../../../contract/endpoint.ts';
import type { channels } from '../../../contract/messaging/website/channels.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { readNumber } from '../names/names.ts';
import { findInvited } from '../users/users.ts';
import { findActorAndChannel } from './channels.ts';
import { joinChannel, recordMembership } from './membership/joining.ts';
import {
  deleteChannelMember,
  selectChannelMembers,
  updateChannelRevision,
} from './membership/store.ts';
import { findStanding, requireMayContribute, requireRuns, requireUnarchived } from './rights.ts';
import { stateOf } from './website.ts';

export async function listChannelMembers(
  ctx: ReadContext,
  { params }: In<typeof channels, 'listChannelMembers'>,
) {
  const { db, organization } = ctx;
  const { channelId } = await findActorAndChannel(ctx, db, { channelID: params.channel_id });
  const members = await selectChannelMembers(db, organization, channelId);
  return { user_ids: members.map(String) };
}

export async function addChannelMember(
  ctx: WriteContext,
  { params }: In<typeof channels, 'addChannelMember'>,
) {
  const standing = await findStanding(ctx, params.channel_id);
  const { actor, channel } = standing;
  requireUnarchived(channel);
  const [userId = 0] = await findInvited(ctx, { userIDs: [params.user_id] });
  if (userId !== actor.id) await requireMayContribute(ctx, standing);
  await joinChannel(ctx, channel.id, userId);
  return { channel: await stateOf(ctx, channel.id) };
}

export async function removeChannelMember(
  ctx: WriteContext,
  { params }: In<typeof channels, 'removeChannelMember'>,
) {
  const { tx, organization } = ctx;
  const standing = await findStanding(ctx, params.channel_id);
  const { actor, channel } = standing;
  const userId = readNumber(params.user_id);
  if (userId !== actor.id) requireRuns(ctx, standing);
  if (!(await deleteChannelMember(tx, organization, channel.id, userId))) return {};
  updateChannelRevision(tx, organization, channel.id);
  await recordMembership(ctx, 'leave', channel.id, userId);
  return {};
}
