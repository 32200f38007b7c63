import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Api, Endpoint } from '../../contract/endpoint.ts';
import { messaging } from '../../contract/messaging/index.ts';
import { messagingWebsite } from '../../contract/messaging/website/index.ts';
import { misfit, type Received } from '../platform/api/testing/fitting.ts';
import { inputFor, type Known } from '../platform/api/testing/inputs.ts';
import { queryOf, segmentOf } from '../platform/api/testing/target.ts';
import { shortId } from '../runtime/ids.ts';
import type { Log } from '../runtime/log.ts';
import { Outside, sendAllBriefly } from '../testing/outside.ts';
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
const rounds = 220;
const callsAtOnce = 10;
/** Each may ask a thousand times before it has to wait. */
const callers = 6;

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

type Call = {
  name: string;
  endpoint: Endpoint;
  params: Record<string, unknown>;
  query: unknown;
  body: unknown;
  key: string | undefined;
  caller: number;
};

function callsOf(api: Api): fc.Arbitrary<Call>[] {
  const known: Known = { ...world.known, any: Object.values(world.known).flat() };
  return Object.entries<Endpoint>(api.endpoints)
    .filter(([name, { form }]) => !form && name !== 'pollFeed')
    .map(([name, endpoint]) => {
      const keyed = {
        ...(isEnding(name) ? everyOther(known) : known),
        ...(name === 'revokeKey' ? { any: world.known.key } : {}),
      };
      const of = (schema: object | undefined) =>
        schema ? inputFor(schema, keyed) : fc.constant(undefined);
      return fc.record({
        name: fc.constant(name),
        endpoint: fc.constant(endpoint),
        params: fc.record(
          Object.fromEntries(
            [...endpoint.path.matchAll(/:(\w+)/g)].map(([, param = '']) => [
              param,
              inputFor({ type: 'string' }, keyed, param),
            ]),
          ),
        ),
        query: fc.oneof(of(endpoint.query), fc.constant(plainQuery(endpoint))),
        body: of(endpoint.body),
        key: fc.constantFrom(undefined, undefined, undefined, 'one', 'x'.repeat(256)),
        caller: fc.oneof(fc.constant(0), { weight: 2, arbitrary: fc.nat(callers - 1) }),
      });
    });
}

/** What a call may delete, leave or archive. */
const isEnding = (name: string) => /^(delete|remove|changeChannel)/.test(name);

/** What is spared stays for the other calls. */
function everyOther({ user = [], ...known }: Known): Known {
  const halves = Object.entries(known).map(([noun, ids]) => [
    noun,
    ids.filter((_, n) => n % 2 > 0),
  ]);
  return { ...Object.fromEntries(halves), user };
}

/** Most of what a query may say is a number that does not fit. */
function plainQuery({ query }: Endpoint): object | undefined {
  return query?.required?.includes('q') ? { q: 'post' } : undefined;
}

async function send(call: Call): Promise<Received> {
  const { endpoint, params, query, body, key, caller } = call;
  const path = endpoint.path.replace(/:(\w+)/g, (_, name) => segmentOf(params[name]));
  const by = endpoint.scope === 'member' ? world.people[caller] : undefined;
  const response = await outside.fetch(app.url + path + queryOf(query), {
    method: endpoint.method,
    headers: {
      ...(by
        ? { cookie: by.cookie, origin: app.url }
        : { authorization: `Bearer ${world.bot.key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

for (const api of [messaging, messagingWebsite] as Api[]) {
  test(`${api.name}: whatever is sent, the answer is one that the contract promises`, async () => {
    const seen = new Set<string>();
    const calls = callsOf(api);

    const round = fc.array(fc.oneof(...calls), { minLength: callsAtOnce, maxLength: callsAtOnce });
    const property = fc.asyncProperty(round, async (together) => {
      const answers = await sendAllBriefly(
        together.map((call) => ({ what: JSON.stringify(call), send: () => send(call) })),
      );
      for (const [index, received] of answers.entries()) {
        const { name, endpoint } = together[index] as Call;
        seen.add(`${name} ${received.status}`);
        assert.equal(misfit(api, endpoint, received), undefined, name);
      }
    });
    await fc.assert(property, { seed, numRuns: rounds, endOnFailure: true });

    assert.deepEqual(failures, []);
    for (const [name, { status, form }] of Object.entries<Endpoint>(api.endpoints)) {
      if (form || name === 'pollFeed') continue;
      assert.ok(seen.has(`${name} ${status}`), `${name} never succeeded: ${[...seen].sort()}`);
    }
  });
}

test('afterwards the server is as well as before', async () => {
  const health = await fetch(`${app.url}/readyz`);
  const home = await world.people[0]?.client.getHome();

  assert.equal(health.status, 200);
  assert.ok(home?.status === 200 || home?.status === 429);
  assert.ok(app.server.platform.database.pools().every(({ waiting }) => waiting === 0));
});
