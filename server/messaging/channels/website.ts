import type { In } from '../../../contract/endpoint.ts';
import type { channels } from '../../../contract/messaging/website/channels.ts';
import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { readName } from '../../platform/names.ts';
import { existing } from '../../runtime/database/existing.ts';
import { invalid } from '../../runtime/errors.ts';
import { findActor } from '../users/users.ts';
import { bareName, openChannel as open } from './channels.ts';
import { type Change, checkMayChange, findStanding } from './rights.ts';
import { type ChannelStateRow, selectChannelStates, updateChannel } from './store.ts';

export async function openChannel(ctx: WriteContext, { body }: In<typeof channels, 'openChannel'>) {
  const actor = await findActor(ctx, ctx.tx);
  const { user_ids = [], members_may_change: membersMayChange = true, ...channel } = body;
  const id = await open(ctx, actor.id, { ...channel, membersMayChange, userIDs: user_ids });
  return { channel: await stateOf(ctx, Number(id)) };
}

export async function changeChannel(
  ctx: WriteContext,
  { params, body }: In<typeof channels, 'changeChannel'>,
) {
  const { tx, organization, now } = ctx;
  const standing = await findStanding(ctx, params.channel_id);
  const change = readChange(body);
  await checkMayChange(ctx, standing, change);
  const { actor, channel: before } = standing;
  const changed = { id: before.id, changedBy: actor.id, ...change, now };
  if (!(await updateChannel(tx, organization, changed))) {
    throw invalid('name', 'a channel with this name already exists.');
  }
  const channel = await stateOf(ctx, before.id);
  const { channel_id: channelID, name, description, privacy } = channel;
  const previous_privacy: typeof privacy = before.is_private ? 'private' : 'public';
  const data = { channelID, name, description, privacy, previous_privacy };
  await record(ctx, `channel.${actOf(before, change)}`, channelID, [
    { type: 'channel.updated', subject: channelID, data },
  ]);
  return { channel };
}

export function showChannelState(row: ChannelStateRow): ChannelState {
  return {
    channel_id: String(row.id),
    name: row.name,
    description: row.description,
    privacy: row.is_private ? 'private' : 'public',
    opened_by: row.created_by === null ? null : String(row.created_by),
    members_may_change: row.members_may_change,
    is_archived: row.is_archived,
    member_count: row.member_count,
    last_number: row.last_number,
    revision: row.revision,
  };
}

export async function stateOf({ tx, organization }: WriteContext, id: number) {
  const [row] = await selectChannelStates(tx, organization, [id]);
  return showChannelState(existing(row));
}

/** Null leaves a value as it is. */
function readChange(body: In<typeof channels, 'changeChannel'>['body']): Change {
  return {
    name: body.name === undefined ? null : readName(bareName(body.name)),
    description: body.description ?? null,
    isPrivate: body.privacy === undefined ? null : body.privacy === 'private',
    membersMayChange: body.members_may_change ?? null,
    isArchived: body.is_archived ?? null,
  };
}

function actOf({ is_archived }: ChannelStateRow, { isArchived }: Change) {
  if (isArchived === null || isArchived === is_archived) return 'change';
  return isArchived ? 'archive' : 'reopen';
}
