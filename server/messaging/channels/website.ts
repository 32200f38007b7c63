import type { Input } from '../../../contract/endpoint.ts';
import type { channels } from '../../../contract/messaging/website/channels.ts';
import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { readName } from '../../platform/names.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { insertReadings, selectThreadReadings } from '../readings/store.ts';
import { selectThreadPage } from '../threads/store.ts';
import { showThread } from '../threads/website.ts';
import { findActor, findInvited, readNumber } from '../users/users.ts';
import { bareName, findActorAndChannel, openChannel as open } from './channels.ts';
import {
  type ChannelStateRow,
  deleteChannelMember,
  insertChannelMembers,
  selectChannelMembers,
  selectChannelStates,
  updateChannel,
  updateChannelRevision,
} from './store.ts';

type In<Name extends keyof typeof channels> = Input<(typeof channels)[Name]>;

export async function openChannel(ctx: WriteContext, { body }: In<'openChannel'>) {
  const actor = await findActor(ctx, ctx.tx);
  const { user_ids = [], ...channel } = body;
  const id = await open(ctx, actor.id, { ...channel, userIDs: user_ids });
  return { channel: await stateOf(ctx, Number(id)) };
}

export async function changeChannel(ctx: WriteContext, { params, body }: In<'changeChannel'>) {
  const { tx, organization } = ctx;
  const { channelId, actor } = await findOwn(ctx, params.channel_id);
  await checkMayChange(ctx, channelId, actor.id);
  const name = body.name === undefined ? null : readName(bareName(body.name));
  const isPrivate = body.privacy === undefined ? null : body.privacy === 'private';
  const before = await updateChannel(tx, organization, {
    id: channelId,
    changedBy: actor.id,
    name,
    description: body.description ?? null,
    isPrivate,
  });
  if (!before) throw invalid('name', 'a channel with this name already exists.');
  const channel = await stateOf(ctx, channelId);
  const { channel_id: channelID, description, privacy } = channel;
  const previous_privacy = before.was_private ? 'private' : 'public';
  const data = { channelID, name: channel.name, description, privacy, previous_privacy };
  await record(ctx, 'channel.change', channelID, [
    { type: 'channel.updated', subject: channelID, data },
  ]);
  return { channel };
}

export async function listChannelMembers(ctx: ReadContext, { params }: In<'listChannelMembers'>) {
  const { db, organization } = ctx;
  const { channelId } = await findActorAndChannel(ctx, db, { channelID: params.channel_id });
  const members = await selectChannelMembers(db, organization, channelId);
  return { user_ids: members.map(String) };
}

export async function addChannelMember(ctx: WriteContext, { params }: In<'addChannelMember'>) {
  const { tx, organization } = ctx;
  const { channelId } = await findOwn(ctx, params.channel_id);
  const [userId = 0] = await findInvited(ctx, { userIDs: [params.user_id] });
  await insertChannelMembers(tx, organization, channelId, [userId]);
  insertReadings(tx, organization, [userId], { channelId });
  updateChannelRevision(tx, organization, channelId);
  await recordMembership(ctx, 'join', channelId, userId);
  return { channel: await stateOf(ctx, channelId) };
}

export async function removeChannelMember(
  ctx: WriteContext,
  { params }: In<'removeChannelMember'>,
) {
  const { tx, organization } = ctx;
  const { channelId } = await findOwn(ctx, params.channel_id);
  const userId = readNumber(params.user_id);
  if (!(await deleteChannelMember(tx, organization, channelId, userId))) return {};
  updateChannelRevision(tx, organization, channelId);
  await recordMembership(ctx, 'leave', channelId, userId);
  return {};
}

export async function listThreads(ctx: ReadContext, { params, query }: In<'listThreads'>) {
  const { db, organization } = ctx;
  const given = { channelID: params.channel_id };
  const { actor, channelId } = await findActorAndChannel(ctx, db, given);
  const { limit = 50, before, after } = query;
  const page = { before, after, limit: limit + 1 };
  const rows = await selectThreadPage(db, organization, channelId, page);
  const shown = after === undefined ? rows.slice(0, limit) : rows.slice(-limit);
  const readings = await selectThreadReadings(
    db,
    organization,
    actor.id,
    shown.map(({ id }) => id),
  );
  return { threads: shown.map(showThread), readings, has_more: rows.length > limit };
}

export function showChannelState(row: ChannelStateRow): ChannelState {
  return {
    channel_id: String(row.id),
    name: row.name,
    description: row.description,
    privacy: row.is_private ? 'private' : 'public',
    member_count: row.member_count,
    last_number: row.last_number,
    revision: row.revision,
  };
}

async function stateOf({ tx, organization }: WriteContext, id: number): Promise<ChannelState> {
  const [row] = await selectChannelStates(tx, organization, [id]);
  return showChannelState(row as ChannelStateRow);
}

function findOwn(ctx: WriteContext, channelID: string) {
  return findActorAndChannel(ctx, ctx.tx, { channelID });
}

/** @throws AppError not_allowed */
async function checkMayChange(ctx: WriteContext, channelId: number, userId: number) {
  if (ctx.caller.kind === 'member' && ctx.caller.role !== 'member') return;
  const members = await selectChannelMembers(ctx.tx, ctx.organization, channelId);
  if (members.includes(userId)) return;
  throw new AppError('not_allowed', { message: 'Join the channel before you change it.' });
}

async function recordMembership(
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
