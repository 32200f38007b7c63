import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { runs } from '../users/rights.ts';
import { findActorAndChannel } from './channels.ts';
import { selectChannelMembers } from './membership/store.ts';
import { type ChannelChange, type ChannelStateRow, lockChannel } from './store.ts';

/** The acting user and the channel, which is locked until the transaction ends. */
export type Standing = { actor: { id: number }; channel: ChannelStateRow };

/** What is changed; null leaves a value as it is. */
export type Change = Omit<ChannelChange, 'id' | 'changedBy' | 'now'>;

/** @throws AppError channel_not_found */
export async function findStanding(ctx: WriteContext, channelID: string): Promise<Standing> {
  const { tx, organization } = ctx;
  const { actor, channelId } = await findActorAndChannel(ctx, tx, { channelID });
  const channel = await lockChannel(tx, organization, channelId);
  if (!channel) throw new AppError('channel_not_found');
  return { actor, channel };
}

/** @throws AppError not_allowed */
export function requireRuns(ctx: WriteContext, { actor, channel }: Standing): void {
  if (runs(ctx, channel, actor)) return;
  throw new AppError('not_allowed', {
    message: 'Only owners, admins and the person who opened the channel can do this.',
  });
}

/** For adding people and changing the description. @throws AppError not_allowed */
export async function requireMayContribute(ctx: WriteContext, standing: Standing): Promise<void> {
  const { actor, channel } = standing;
  if (runs(ctx, channel, actor)) return;
  if (!channel.members_may_change) requireRuns(ctx, standing);
  const members = await selectChannelMembers(ctx.tx, ctx.organization, channel.id);
  if (members.includes(actor.id)) return;
  throw new AppError('not_allowed', { message: 'Join the channel before you change it.' });
}

/** Setting a value to what it already is needs no right. @throws AppError not_allowed */
export async function checkMayChange(
  ctx: WriteContext,
  standing: Standing,
  { name, description, isPrivate, membersMayChange, isArchived }: Change,
): Promise<void> {
  const before = standing.channel;
  const differs = <T>(wanted: T | null, current: T) => wanted !== null && wanted !== current;
  const isRun =
    differs(name, before.name) ||
    differs(isPrivate, before.is_private) ||
    differs(membersMayChange, before.members_may_change) ||
    differs(isArchived, before.is_archived);
  if (isRun) requireRuns(ctx, standing);
  if (differs(description, before.description)) await requireMayContribute(ctx, standing);
}

/** @throws AppError not_allowed */
export function requireUnarchived({ is_archived }: { is_archived: boolean }): void {
  if (is_archived) throw archived();
}

export function archived(): AppError {
  return new AppError('not_allowed', {
    message: 'The channel is archived and read-only.',
  });
}
