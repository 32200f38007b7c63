import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Api } from '../../contract/endpoint.ts';
import { messaging } from '../../contract/messaging/index.ts';
import { messagingWebsite } from '../../contract/messaging/website/index.ts';
import { type Call, callers, fuzz } from '../platform/api/testing/fuzz.ts';
import type { Known } from '../platform/api/testing/inputs.ts';
import { shortId } from '../runtime/ids.ts';
import type { Log } from '../runtime/log.ts';
import { Outside } from '../testing/outside.ts';
import { startServer } from '../testing/server.ts';
import { makeBot, resultOf } from './testing/scene.ts';
import {
  answer,
  makeOffice,
  openChannel,
  openChat,
  say,
  shown,
  startThread,
  visit,
} from './testing/website.ts';

// What fast-check prints about a failure has the seed and path that repeat it.
const seed = 20_261_121;

const failures: object[] = [];
const log: Log = {
  debug() {},
  info() {},
  warn() {},
  error: (fields) => failures.push(fields),
  child: () => log,
};
const app = await startServer({ HEDDLE_ROLES: 'web' }, log);
const outside = new Outside();
after(() => outside.close());
const world = await makeWorld();

async function makeWorld() {
  const { organization, ann, ben, zoe } = await makeOffice(app);
  const bot = await makeBot(app, shortId('organization', organization), 'Fuzzer');
  const people = await Promise.all(
    Array.from({ length: callers - 1 }, () => visit(app, organization, { role: 'admin' })),
  );
  const office = { ann, ben, zoe, people, bot };
  const insiders = [ann, ben, ...people].map(({ user_id }) => user_id);
  const known = { ...(await gatherIds(office)), user: [...insiders, ...insiders, zoe.user_id] };
  return { bot, people: [ann, ...people], known };
}

type Visitor = Awaited<ReturnType<typeof visit>>;
type Office = Record<'ann' | 'ben' | 'zoe', Visitor> & {
  people: Visitor[];
  bot: Awaited<ReturnType<typeof makeBot>>;
};

/** Of everything plenty, because much of it is deleted on the way. */
async function gatherIds({ ann, ben, zoe, people, bot }: Office) {
  const channels = [await openChannel(ann, 'open'), await openChannel(ann, 'shut', [], 'private')];
  for (let nth = 0; nth < 10; nth += 1) channels.push(await openChannel(ann, `room ${nth}`));
  const strange = await openChannel(zoe, 'strange');
  const chats = [await openChat(ann, [ben])];
  for (let nth = 0; nth < 12; nth += 1) chats.push(await openChat(ann, people, `Group ${nth}`));
  const ids = { thread: [] as string[], comment: [] as string[], message: [] as string[] };
  const keys: string[] = [];
  for (let nth = 0; nth < 25; nth += 1) {
    const { thread_id } = await startThread(
      ann,
      channels[nth % channels.length] ?? '',
      `thread ${nth}`,
    );
    ids.thread.push(thread_id);
    ids.comment.push((await answer(ann, thread_id, `comment ${nth}`)).comment_id);
    ids.message.push(
      (await say(ann, chats[nth % chats.length] ?? '', `message ${nth}`)).message_id,
    );
    if (nth % 5 > 0) continue;
    const { key } = shown(await ann.client.makeKey({ body: { name: `key ${nth}` } }));
    keys.push(key.id);
  }
  const posted = await gatherPosts(bot, channels[0] ?? '');
  return {
    channel: [...channels, strange, posted.channelID],
    chat: [...chats, ...posted.chats],
    thread: [...ids.thread, ...posted.threads],
    comment: [...ids.comment, ...posted.comments],
    parent: [...ids.comment, ...posted.comments],
    message: [...ids.message, ...posted.messages],
    key: keys,
  };
}

async function gatherPosts({ client }: Office['bot'], channelID: string) {
  const made = { threads: [] as string[], comments: [] as string[], messages: [] as string[] };
  const chats: string[] = [];
  for (let nth = 0; nth < 25; nth += 1) {
    const blocks = [`post ${nth}`];
    const { threadID } = resultOf(await client.postThread({ body: { channelID, blocks } }));
    const comment = resultOf(await client.postComment({ body: { threadID, blocks } }));
    made.threads.push(threadID);
    made.comments.push(comment.commentID);
    chats.push(resultOf(await client.createChat({ body: { name: `chat ${nth}` } })).chatID);
    const body = { chatID: chats.at(-1) ?? '', body: 'hello' };
    made.messages.push(resultOf(await client.postChatMessage({ body })).chatMessageID);
  }
  return { ...made, chats, channelID };
}

/** What a call may delete, leave or archive. */
const isEnding = (name: string) => /^(delete|remove|changeChannel)/.test(name);

/** What is spared stays for the other calls. */
function everyOther({ user, ...known }: typeof world.known): typeof world.known {
  const halves = Object.entries(known).map(([noun, ids]) => [
    noun,
    ids.filter((_, n) => n % 2 > 0),
  ]);
  return { ...Object.fromEntries(halves), user };
}

function knownTo(name: string): Known {
  const any = Object.values(world.known).flat();
  return { ...(isEnding(name) ? everyOther(world.known) : world.known), any };
}

function headersOf({ endpoint, caller }: Call): Record<string, string> {
  const { cookie = '' } = world.people[caller] ?? {};
  if (endpoint.scope === 'member') return { cookie, origin: app.url };
  return { authorization: `Bearer ${world.bot.key}` };
}

for (const api of [messaging, messagingWebsite] as Api[]) {
  test(`${api.name}: whatever is sent, the answer is one that the contract promises`, async () => {
    await fuzz({
      ...{ api, url: app.url, outside, seed, rounds: 220 },
      known: knownTo,
      // Most of what a query may say is a number that does not fit.
      queries: { search: { q: 'post' } },
      headers: headersOf,
    });

    assert.deepEqual(failures, []);
  });
}

test('afterwards the server is as well as before', async () => {
  const health = await fetch(`${app.url}/readyz`);
  const home = await world.people[0]?.client.getHome();

  assert.equal(health.status, 200);
  assert.ok(home?.status === 200 || home?.status === 429);
  assert.ok(app.server.platform.database.pools().every(({ waiting }) => waiting === 0));
});
