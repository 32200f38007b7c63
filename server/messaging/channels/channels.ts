import type { Static } from 'typebox';
import type { In } from '../../../contract/endpoint.ts';
import type { Channel, channels, NewChannel } from '../../../contract/messaging/channels.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { normalizeName, readName } from '../../platform/names.ts';
import type { Db } from '../../runtime/database/database.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { readNumber, takeNumber } from '../names/names.ts';
import { insertReadings } from '../readings/store.ts';
import type { UserRow } from '../users/store.ts';
import { findActor, findInvited, ownerOf } from '../users/users.ts';
import { insertChannelMembers } from './membership/store.ts';
import {
  type ChannelRow,
  insertChannel,
  isReadable,
  selectActorAndChannels,
  selectChannels,
} from './store.ts';

export async function ping(ctx: ReadContext) {
  const { name } = await findActor(ctx, ctx.db);
  return { ok: true as const, result: { name } };
}

/** The channels that the bot may read and post in. */
export async function listChannels(ctx: ReadContext | WriteContext) {
  const db = 'db' in ctx ? ctx.db : ctx.tx;
  const actor = await findActor(ctx, db);
  const rows = await selectChannels(db, ctx.organization, actor.id);
  return { ok: true as const, result: rows.map(showChannel) };
}

export async function createChannel(
  ctx: WriteContext,
  { body }: In<typeof channels, 'createChannel'>,
) {
  const actor = await findActor(ctx, ctx.tx);
  const channelID = await openChannel(ctx, actor.id, body);
  return { ok: true as const, result: { channelID, channelURL: `${ctx.origin}/${channelID}` } };
}

/** Opens a channel with its creator and those invited as members. @throws AppError 400 */
export async function openChannel(
  ctx: WriteContext,
  createdBy: number | null,
  given: Static<typeof NewChannel> & { membersMayChange?: boolean },
): Promise<string> {
  const { tx, organization, now } = ctx;
  const { description, privacy, membersMayChange = true, ...invited } = given;
  const name = readName(bareName(given.name));
  const members = await findInvited(ctx, invited);
  const id = await takeNumber(tx, organization, 'channel');
  const channel = { id, name, description: description ?? '', isPrivate: privacy === 'private' };
  if (!(await insertChannel(tx, organization, { ...channel, membersMayChange, createdBy, now }))) {
    throw invalid('name', 'a channel with this name already exists.');
  }
  const member_ids = [...new Set([...(createdBy === null ? [] : [createdBy]), ...members])];
  await insertChannelMembers(tx, organization, id, member_ids);
  insertReadings(tx, organization, member_ids, { channelId: id });
  const data = showChannel({ ...channel, is_private: channel.isPrivate, member_ids });
  await record(ctx, 'channel.create', String(id), [
    { type: 'channel.created', subject: String(id), data },
  ]);
  return String(id);
}

/** A channel, by name or by id. */
export type Named = { channel?: string | null; channelID?: string | number | null };

/** @throws AppError channel_not_found unless the user may read it */
export async function findChannel(
  db: Db,
  organization: number,
  userId: number,
  channelID: string,
): Promise<number> {
  const id = readNumber(channelID);
  if (!(await isReadable(db, organization, userId, id))) throw new AppError('channel_not_found');
  return id;
}

/**
 * The acting user and the channel.
 * @throws AppError 400 without a channel, channel_not_found, ambiguous_name
 */
export async function findActorAndChannel(
  { organization, caller }: Pick<ReadContext, 'organization' | 'caller'>,
  db: Db,
  named: Named,
): Promise<{ actor: UserRow; channelId: number }> {
  const row = await selectActorAndChannels(db, organization, ownerOf(caller), readNamed(named));
  if (!row) throw new AppError('unauthorized');
  const [channelId, another] = row.channel_ids;
  if (channelId === undefined) throw new AppError('channel_not_found');
  if (another !== undefined) throw new AppError('ambiguous_name');
  return { actor: row, channelId };
}

function readNamed({ channel, channelID }: Named): { id: number } | { name: string } {
  if (channel == null && channelID == null) {
    throw invalid('channel', 'is required, or channelID.');
  }
  return channelID == null ? { name: bareName(channel ?? '') } : { id: readNumber(channelID) };
}

/** A name is given with or without #, which no name begins with. */
export function bareName(text: string): string {
  return normalizeName(text).replace(/^[# ]+/, '');
}

/** A channel as the API shows it. */
export function showChannel(row: ChannelRow): Channel {
  return {
    channelID: String(row.id),
    name: row.name,
    description: row.description,
    privacy: row.is_private ? 'private' : 'public',
    memberIDs: row.member_ids.map(String),
  };
}
