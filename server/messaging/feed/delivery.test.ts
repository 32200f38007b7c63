import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { endAll, serve } from '../../../cli/testing/heddle.ts';
import { createClient } from '../../../contract/client.ts';
import { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { fetchWith, makeMember, openSession } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { openChannel, openChat, shown, type Visitor } from '../testing/website.ts';
import { Follower, type Way } from './testing/follower.ts';
import type { Model } from './testing/model.ts';
import { Worker } from './testing/work.ts';

const eventsMin = 5_000;
const membersMax = 10;
const followersEach = 2;

const app = await startServer();
const { host, port, database, user } = app.address as Record<string, string>;
const child = await serve({
  DATABASE_URL: `postgres://${user}@/${database}?host=${encodeURIComponent(host ?? '')}&port=${port}`,
  HEDDLE_DATA: app.dataDirectory,
  HEDDLE_ROLES: 'web',
  LOG_LEVEL: 'error',
});
after(endAll);
const urls = [app.url, child.url];
const organization = await makeOrganization(app);
const people: (Visitor & { ways: Way[] })[] = [];
for (let at = 0; at < membersMax; at += 1) people.push(await makePerson(`Member ${at}`));
const first = people[0] as Visitor;

/** Somebody who is signed in, and reaches either server. */
async function makePerson(name: string) {
  const member = await makeMember(app, organization, { name });
  const { cookie } = await openSession(app, organization, member);
  const ways = urls.map((url) => {
    const own = fetchWith(cookie, url);
    return { url, fetch: own, client: createClient(messagingWebsite, { url, fetch: own }) };
  });
  const [{ client, fetch }] = ways as [Way];
  const { user_id } = shown(await client.getHome());
  return { member, client, fetch, user_id, ways };
}

const living = (ways: readonly Way[]) => ways.filter(({ url }) => urls.includes(url));
const some = (at: number) => people.slice(1).filter((_, other) => (other + at) % 3 !== 0);

/** Public and private channels and chats, each person in some of them. */
async function makePlaces() {
  const places: { id: string; kind: 'channel' | 'chat'; members: Visitor[] }[] = [];
  for (let at = 0; at < 3; at += 1) {
    const members = [first, ...some(at)];
    const open = await openChannel(first, `Open ${at}`, some(at));
    const closed = await openChannel(first, `Closed ${at}`, some(at), 'private');
    const chat = await openChat(first, some(at), `Chat ${at}`);
    places.push({ id: open, kind: 'channel', members }, { id: closed, kind: 'channel', members });
    places.push({ id: chat, kind: 'chat', members });
  }
  return places;
}

/** Goes in and out of a private channel, until told to stop. */
async function wander(channel_id: string, { user_id }: Visitor, isOver: () => boolean) {
  const params = { channel_id, user_id };
  while (!isOver()) {
    // A connection may be closed just as it is used again: then the next time it works.
    await first.client.addChannelMember({ params }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
    await first.client.removeChannelMember({ params }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
  }
}

test('twenty listeners with bad connections know exactly what they may read', async (t) => {
  const places = await makePlaces();
  const followers = people.flatMap((person) =>
    Array.from({ length: followersEach }, () => ({
      person,
      follower: new Follower(() => living(person.ways)),
    })),
  );
  t.after(() => stopAll(followers));
  for (const { follower } of followers) await follower.begin();
  const following = followers.map(({ follower }) => follower.follow());

  let written = 0;
  const half = Promise.withResolvers<void>();
  const isOver = () => written >= eventsMin;
  const private1 = places.find(({ kind }, at) => kind === 'channel' && at === 1)?.id as string;
  const outsider = people.find(({ user_id }) => !placeHas(places[1]?.members ?? [], user_id));
  const wandering = wander(private1, outsider as Visitor, isOver);
  const working = people.map(async (person) => {
    const own = places.filter(({ members }) => placeHas(members, person.user_id));
    const of = (kind: string) => own.filter((one) => one.kind === kind).map(({ id }) => id);
    const client = () => (living(person.ways).at(written % urls.length) as Way).client;
    const worker = new Worker(client, of('channel'), of('chat'));
    while (!isOver()) {
      const done = await worker.work(`Number ${written}`).catch(() => false);
      if (done) written += 1;
      if (written > eventsMin / 2) half.resolve();
      if (!done) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  await half.promise;
  urls.splice(1);
  child.signal('SIGKILL');
  await child.ended;
  await Promise.all([wandering, ...working]);
  for (const { follower } of followers) follower.isSteady = true;

  for (const { person, follower } of followers) {
    const expected = await readable(person.user_id);
    await until('it has caught up', () => isSame(follower.model, expected)).catch(() => undefined);
    assert.deepEqual(known(follower.model), expected);
    follower.stop();
  }
  await Promise.all(following);
  const connections = followers.reduce((sum, { follower }) => sum + follower.connections, 0);
  t.diagnostic(`${written} events, ${connections} connections`);
  assert.ok(connections > followers.length * 3);
  assert.ok(followers.every(({ follower }) => follower.resyncs === 0));
});

function stopAll(followers: readonly { follower: Follower }[]): void {
  for (const { follower } of followers) follower.stop();
}

function placeHas(members: readonly Visitor[], userId: string): boolean {
  return members.some(({ user_id }) => user_id === userId);
}

/** By id: text, counts, reactions and revision; deleted threads are left out with their comments. */
type Known = Record<string, string>;

function known({ threads, comments, messages }: Model): Known {
  const line = (...parts: unknown[]) => JSON.stringify(parts);
  const shownThreads = [...threads].filter(([, one]) => !one.deleted_at);
  const ids = new Set(shownThreads.map(([id]) => id));
  return Object.fromEntries(
    [
      ...shownThreads.map(([id, one]) => [
        id,
        line(one.revision, one.blocks, one.reactions, one.number, one.comment_count),
      ]),
      ...[...comments, ...messages]
        .filter(([, one]) => !('thread_id' in one) || ids.has(one.thread_id))
        .map(([id, one]) => [id, line(one.revision, one.blocks, one.reactions, one.number)]),
    ].sort(),
  );
}

const isSame = (model: Model, expected: Known) =>
  JSON.stringify(known(model)) === JSON.stringify(expected);

type Row = { id: string; values: unknown[] };

async function readable(userId: string): Promise<Known> {
  const rows = await asOwner<Row>(
    app.address,
    `with own as (
       select id from messaging.channel c where not is_private or exists (
         select from messaging.channel_member m where m.channel_id = c.id and m.user_id = $1))
     select t.id::text, json_build_array(t.revision, t.blocks, t.reactions, t.number,
       t.comment_count) as values
     from messaging.thread t where t.channel_id in (select id from own) and t.deleted_at is null
     union all
     select c.id::text, json_build_array(c.revision, c.blocks, c.reactions, c.number)
     from messaging.comment c join messaging.thread t on t.id = c.thread_id
     where c.channel_id in (select id from own) and t.deleted_at is null
     union all
     select s.id::text, json_build_array(s.revision,
       case s.body when '' then array[]::text[] else array[s.body] end, s.reactions, s.number)
     from messaging.message s
     where s.chat_id in (select chat_id from messaging.chat_member where user_id = $1)`,
    [userId],
  );
  return Object.fromEntries(rows.map(({ id, values }) => [id, JSON.stringify(values)]).sort());
}
