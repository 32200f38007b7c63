import type { WriteContext } from '../../platform/context.ts';
import { inOrganization } from '../../platform/operator/acting.ts';
import type { Platform } from '../../platform/platform.ts';
import { openChannel } from '../channels/channels.ts';
import { openGroup } from '../chats/chats.ts';
import { selectActiveIds, selectOwnerIds } from '../users/store.ts';
import { findBots, findInvited } from '../users/users.ts';

/** Addresses of members and ids of keys. */
type Named = { emails: readonly string[]; keys: readonly string[] };

/** With nobody named, everybody is in a public one, and the owners are in a private one. */
export type ChannelToCreate = Named & { name: string; isPrivate: boolean };

/** With nobody named everybody is in it. */
export type ChatToCreate = Named & { name: string };

export async function createChannel(
  platform: Platform,
  organization: string,
  { name, isPrivate, ...named }: ChannelToCreate,
) {
  return inOrganization(platform, organization, async (ctx) => {
    const privacy = isPrivate ? 'private' : 'public';
    const selectOthers = isPrivate ? selectOwnerIds : selectActiveIds;
    const userIDs = (await findNamed(ctx, named)) ?? (await selectOthers(ctx.tx, ctx.organization));
    const channel = { name, privacy, userIDs } as const;
    return { id: await openChannel(ctx, null, channel), name };
  });
}

export async function createChat(
  platform: Platform,
  organization: string,
  { name, ...named }: ChatToCreate,
) {
  return inOrganization(platform, organization, async (ctx) => {
    const members =
      (await findNamed(ctx, named)) ?? (await selectActiveIds(ctx.tx, ctx.organization));
    return { id: await openGroup(ctx, null, name, members), name };
  });
}

/** Undefined when nobody is named. @throws AppError 400 for somebody who does not exist */
async function findNamed(ctx: WriteContext, { emails, keys: bots }: Named) {
  const found = [...(await findInvited(ctx, { emails })), ...(await findBots(ctx, bots))];
  return found.length === 0 ? undefined : found;
}
