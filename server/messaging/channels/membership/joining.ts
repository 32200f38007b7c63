import { record } from '../../../platform/audit/record.ts';
import type { WriteContext } from '../../../platform/context.ts';
import { insertReadings } from '../../readings/store.ts';
import { insertChannelMembers, updateChannelRevision } from './store.ts';

/** Adds a user to a channel; answers false, and does nothing, when they are in it already. */
export async function joinChannel(
  ctx: WriteContext,
  channelId: number,
  userId: number,
): Promise<boolean> {
  const { tx, organization } = ctx;
  const [joined] = await insertChannelMembers(tx, organization, channelId, [userId]);
  if (joined === undefined) return false;
  insertReadings(tx, organization, [userId], { channelId });
  updateChannelRevision(tx, organization, channelId);
  await recordMembership(ctx, 'join', channelId, userId);
  return true;
}

export async function recordMembership(
  ctx: WriteContext,
  act: 'join' | 'leave',
  channelId: number,
  userId: number,
): Promise<void> {
  const channelID = String(channelId);
  const type = act === 'join' ? ('channel.joined' as const) : ('channel.left' as const);
  const data = { channelID, userID: String(userId) };
  await record(ctx, `channel.${act}`, channelID, [{ type, subject: channelID, data }]);
}
