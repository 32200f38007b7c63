import { Channel, NewChannel } from '../../../contract/messaging/channels.ts';
import type { ReadContext } from '../../platform/context.ts';
import type { ObjectRecord, ProductObject } from '../../platform/objects.ts';
import { createChannel, showChannel } from '../channels/channels.ts';
import { type Picked, selectChannelsPicked } from '../channels/store.ts';
import { readNumber } from '../names/names.ts';
import { findActor } from '../users/users.ts';

const pageMax = 200;

export const channels: ProductObject = {
  name: 'channels',
  shape: Channel,
  key: 'channelID',
  read: {
    scope: null,
    pageMax,
    changes: {
      'channel.created': ({ subject }) => subject,
      'channel.updated': ({ subject }) => subject,
      'channel.joined': ({ data }) => data.channelID,
      'channel.left': ({ data }) => data.channelID,
    },
    page: (ctx, after = '', limit) => pick(ctx, { after: readNumber(after), limit }),
    find: (ctx, keys) => pick(ctx, { ids: keys.map(readNumber) }),
  },
  insert: {
    scope: null,
    given: NewChannel,
    write: async (ctx, body) => {
      const { result } = await createChannel(ctx, {
        params: {},
        query: {},
        body: body as never,
      });
      return result.channelID;
    },
  },
};

async function pick(ctx: ReadContext, picked: Picked): Promise<ObjectRecord[]> {
  const { id } = await findActor(ctx, ctx.latest);
  const rows = await selectChannelsPicked(ctx.latest, ctx.organization, id, picked);
  return rows.map((row) => ({ place: String(row.id), members: showChannel(row) }));
}
