import { messaging } from '../../../contract/messaging/index.ts';
import { samples } from '../../../contract/messaging/samples.ts';
import { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import { samples as samplesOfPages } from '../../../contract/messaging/website/samples.ts';
import type { Guarded } from '../../platform/api/testing/guarded.ts';
import { ofWebsite } from '../../platform/testing/guarded.ts';
import { makeOrganization } from '../../testing/makers.ts';
import type { TestServer } from '../../testing/server.ts';
import { createKey } from '../operator/index.ts';
import { makeTeam, resultOf } from './scene.ts';
import { answer, openChannel, openChat, say, shown, startThread, visit } from './website.ts';

type Ids = Readonly<Record<string, string>>;

export async function guarded(app: TestServer): Promise<Guarded[]> {
  return [await ofBots(app), await ofPages(app)];
}

async function ofBots(app: TestServer): Promise<Guarded> {
  const { bot, organization } = await makeTeam(app);
  const stranger = await makeTeam(app);
  const narrow = await createKey(app.server.platform, organization, {
    name: 'Sync only',
    kind: 'sync',
    plan: 'unlimited',
  });
  return {
    api: messaging,
    welcome: { authorization: `Bearer ${bot.key}` },
    strangers: () => [
      {
        who: 'a key that nobody has',
        headers: { authorization: `Bearer ${'A'.repeat(24)}` },
        code: 'unauthorized',
      },
      {
        who: 'a key of another API',
        headers: { authorization: `Bearer ${narrow.key}` },
        code: 'missing_scope',
      },
    ],
    existing: { ids: await postAsBot(bot), day: '' },
    foreign: listed(await postAsBot(stranger.bot)),
    samples,
  };
}

/** One of everything that a bot can make. */
async function postAsBot({ client }: Awaited<ReturnType<typeof makeTeam>>['bot']): Promise<Ids> {
  const blocks = ['A sample'];
  const { channelID } = resultOf(await client.createChannel({ body: { name: 'Made before' } }));
  const { threadID } = resultOf(await client.postThread({ body: { channelID, blocks } }));
  const { commentID } = resultOf(await client.postComment({ body: { threadID, blocks } }));
  const { chatID } = resultOf(await client.createChat({ body: { name: 'Made before' } }));
  const message = { chatID, body: 'A sample' };
  const { chatMessageID } = resultOf(await client.postChatMessage({ body: message }));
  return {
    channel: channelID,
    thread: threadID,
    comment: commentID,
    chat: chatID,
    message: chatMessageID,
  };
}

async function ofPages(app: TestServer): Promise<Guarded> {
  const organization = await makeOrganization(app);
  const { cookie, ids, more } = await postAtWebsite(app, organization);
  const foreign = await postAtWebsite(app, await makeOrganization(app));
  return {
    ...(await ofWebsite(app, messagingWebsite, { organization, cookie })),
    existing: { ids: { ...ids, ...more }, day: '' },
    foreign: listed(foreign.ids),
    samples: samplesOfPages,
  };
}

/** One of everything that an owner can make; and whom all of it is shared with. */
async function postAtWebsite(app: TestServer, organization: number) {
  const owner = await visit(app, organization, { role: 'owner' });
  const other = await visit(app, organization);
  const channel = await openChannel(owner, 'made before', [other]);
  const { thread_id: thread } = await startThread(owner, channel, 'A sample');
  const { comment_id: comment } = await answer(owner, thread, 'A sample');
  const chat = await openChat(owner, [other], 'Made before');
  const { message_id: message } = await say(owner, chat, 'A sample');
  const { key } = shown(await owner.client.makeKey({ body: { name: 'Made before' } }));
  const { position } = shown(await owner.client.getHome());
  const ids: Ids = { channel, thread, comment, chat, message, key: key.id, name: thread };
  return { cookie: owner.cookie, ids, more: { user: other.user_id, position } };
}

function listed(ids: Ids): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(ids).map(([noun, id]) => [noun, [id]]));
}
