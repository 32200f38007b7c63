import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import { type Slack, tooMany } from '../../../testing/simulators/slack/simulator.ts';
import { runnersOf } from '../../testing/runners.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run, untilOver } from '../../testing/scene.ts';
import { makeDatabase, type TestDatabase } from '../testing/databases.ts';
import { makeSlack } from './testing/place.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
const { client } = scene;
let database: TestDatabase;
let there: string;
before(async () => {
  database = await makeDatabase();
  there = await connect(scene, database);
});
after(() => database.end());

const field_mappings = ['channel', 'ts', 'text', 'posted_at', 'latest_reply'].map((name) => {
  return { source: name, destination: name };
});
const cursor_field = 'ts';

async function connectSlack(slack: Slack, more: Record<string, unknown> = {}): Promise<string> {
  const { credentials, url, token } = slack;
  const config = { base_url: url, default_channel: 'random', ...more };
  const body = { provider: 'slack', name: 'Workspace', config, credentials };
  const connection = bodyOf(await client.createConnection({ body }));
  assert.equal(connection.status, 'active', String(connection.health.message));
  assert.ok(!JSON.stringify(connection).includes(token));
  return connection.id;
}

async function ask(sql: string): Promise<unknown[][]> {
  return (await database.admin.query({ text: sql, rowMode: 'array' })).rows;
}

/** Ends the process of a run when it has gone on, so many times. */
async function kill(params: { sync: string; run: string }, times: number): Promise<void> {
  for (let nth = 0, seen = 0; nth < times; nth += 1) {
    await until('it has gone on', async () => {
      const { records_read, status } = bodyOf(await client.getRun({ params }));
      const isFurther = records_read > seen && runnersOf(process.pid).length > 0;
      if (isFurther) seen = records_read;
      return isFurther || status === 'completed';
    });
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  }
}

test('Slack is connected, looked at, and what is new of it comes to a database once', async () => {
  const slack = await makeSlack({ records: 600 });
  const { workspace } = slack;
  const from = await connectSlack(slack);
  const object = { params: { connection: from, object: 'messages' }, query: { sample: 2 } };
  const shown = bodyOf(await client.getObject(object));
  const ends = { from, to: there, object: 'messages', table: 'messages' };
  const sync = await makeSync(scene, ends, { field_mappings, cursor_field });

  const first = await run(scene, sync);
  const { thread_ts } = workspace.readable.findLast(({ message }) => message.thread_ts)!.message;
  const { channel } = workspace.readable.find(({ message }) => message.ts === thread_ts)!;
  workspace.say(channel.name, 'A late answer', { thread_ts: thread_ts as string });
  workspace.say('general', 'New');
  workspace.say('general', 'Late', { secondsAgo: 100 });
  const second = await run(scene, sync);
  const third = await run(scene, sync);

  assert.deepEqual(shown.primary_key, ['channel', 'ts']);
  assert.equal(shown.sample?.[0]?.channel_name, 'general');
  assert.deepEqual(
    [first, second, third].map(({ status, records_written }) => [status, records_written]),
    [
      ['completed', 600],
      // The message that was answered tells when.
      ['completed', 4],
      ['completed', 0],
    ],
  );
  const own = workspace.readable.map(({ channel: { id }, message }) => [id, message.ts]).sort();
  assert.deepEqual(await ask('select channel, ts from messages order by channel, ts'), own);
  assert.deepEqual(
    await ask(`select count(*)::int from messages
      where extract(epoch from posted_at)::numeric(20, 6)::text <> ts`),
    [[0]],
  );
});

test('channels and people come to a database as a whole', async () => {
  const slack = await makeSlack({ records: 450 });
  const from = await connectSlack(slack);
  const users = await makeSync(scene, { from, to: there, object: 'users', table: 'users' });
  const channels = await makeSync(scene, {
    from,
    to: there,
    object: 'channels',
    table: 'channels',
  });

  const runs = await Promise.all([run(scene, users), run(scene, channels)]);

  assert.deepEqual(
    runs.map(({ status, error, records_written }) => [status, error, records_written]),
    [
      ['completed', null, 451],
      ['completed', null, 5],
    ],
  );
  assert.deepEqual(await ask(`select email from users where name = 'person7'`), [
    ['person7@company.example'],
  ]);
});

test('a message that Slack refuses is set aside, the others of the table are posted', async () => {
  const slack = await makeSlack({ records: 0 });
  const to = await connectSlack(slack);
  await ask(`create table leads (id int primary key, said text, room text);
    insert into leads select n, 'Lead ' || n, 'plans' from generate_series(1, 1000) n;
    update leads set room = 'nowhere' where id = 77`);
  const mappings = [
    { source: 'said', destination: 'text' },
    { source: 'room', destination: 'channel' },
  ];
  const ends = { from: there, to, object: 'leads', table: 'messages' };
  const sync = await makeSync(scene, ends, { field_mappings: mappings, mode: 'append' });
  let posts = 0;
  slack.hook = ({ method }) => {
    if (method === 'chat.postMessage') posts += 1;
    return method === 'chat.postMessage' && posts % 300 === 0 ? tooMany('0.05') : undefined;
  };

  const { id, status, error, records_written, records_failed } = await run(scene, sync);
  const [rejected] = bodyOf(await client.listRejected({ params: { sync, run: id } }));
  const limits = slack.asked('chat.postMessage').filter((one) => one.status === 429);

  assert.deepEqual([status, error], ['completed', null]);
  assert.deepEqual([records_written, records_failed], [999, 1]);
  assert.equal(rejected?.record.text, 'Lead 77');
  assert.match(String(rejected?.reason), /"channel" names no channel/);
  assert.equal(limits.length, 3);
  const texts = slack.workspace.channel('plans').messages.map(({ text }) => text);
  assert.deepEqual([texts.length, new Set(texts).size], [999, 999]);
});

test('killed again and again, a run from Slack goes on: each message is there once', async () => {
  const slack = await makeSlack({ records: 12_000 });
  const from = await connectSlack(slack);
  const ends = { from, to: there, object: 'messages', table: 'killed' };
  const sync = await makeSync(scene, ends, { field_mappings, cursor_field, mode: 'append' });
  const { id } = bodyOf(await client.runSync({ params: { sync }, body: {} }));
  await kill({ sync, run: id }, 3);

  const { status, error } = await untilOver(scene, sync, id);

  assert.deepEqual([status, error], ['completed', null]);
  const counted = await ask('select count(*)::int, count(distinct (channel, ts))::int from killed');
  assert.deepEqual(counted, [[12_000, 12_000]]);
});

test('a run that posts is killed: nothing is lost, and each time one message at most comes twice', async () => {
  const slack = await makeSlack({ records: 0 });
  const to = await connectSlack(slack);
  await ask(`create table notes (id int primary key, said text);
    insert into notes select n, 'Note ' || n from generate_series(1, 400) n`);
  const mappings = [{ source: 'said', destination: 'text' }];
  const ends = { from: there, to, object: 'notes', table: 'messages' };
  const sync = await makeSync(scene, ends, { field_mappings: mappings, mode: 'append' });
  const { id } = bodyOf(await client.runSync({ params: { sync }, body: {} }));
  await kill({ sync, run: id }, 2);

  const { status, error } = await untilOver(scene, sync, id);

  assert.deepEqual([status, error], ['completed', null]);
  const texts = slack.workspace.channel('random').messages.map(({ text }) => text);
  assert.equal(new Set(texts).size, 400);
  assert.ok(texts.length <= 402, `${texts.length}`);
});

test('a token that ends in the middle fails the run, which goes on with another one', async () => {
  const slack = await makeSlack({ records: 5_000 });
  const from = await connectSlack(slack);
  const ends = { from, to: there, object: 'messages', table: 'expired' };
  const sync = await makeSync(scene, ends, { field_mappings, mode: 'append' });
  const old = slack.token;
  let pages = 0;
  slack.hook = ({ method }) => {
    if (method === 'conversations.history') pages += 1;
    if (pages === 4) slack.token = 'xoxb-another';
    return undefined;
  };

  const failed = await run(scene, sync);
  const [[moved] = []] = await ask('select count(*)::int from expired');
  const params = { connection: from };
  bodyOf(await client.patchConnection({ params, body: { credentials: slack.credentials } }));
  bodyOf(await client.resumeRun({ params: { sync, run: failed.id }, body: {} }));
  const done = await untilOver(scene, sync, failed.id);

  assert.equal(failed.status, 'failed');
  assert.match(failed.error ?? '', /does not accept the token/);
  assert.ok(!JSON.stringify(failed).includes(old));
  assert.ok(Number(moved) > 0 && Number(moved) < 5_000, `${moved}`);
  assert.deepEqual([done.status, done.error], ['completed', null]);
  const counted = await ask(
    'select count(*)::int, count(distinct (channel, ts))::int from expired',
  );
  assert.deepEqual(counted, [[5_000, 5_000]]);
});

test('a connection that may have one connection only reads and posts by that', async () => {
  const alone = { max_connections: 1, max_requests_per_second: 1_000 };
  const [one, other] = [await makeSlack({ records: 30 }), await makeSlack({ records: 0 })];
  const ends = {
    from: await connectSlack(one, alone),
    to: await connectSlack(other, alone),
    object: 'messages',
  };
  const mappings = [{ source: 'text', destination: 'text' }];
  const settings = {
    field_mappings: mappings,
    mode: 'append' as const,
    filters: ["channel_name = 'plans'"],
  };
  const sync = await makeSync(scene, ends, settings);

  const { status, error, records_written } = await run(scene, sync);

  const wanted = one.workspace
    .channel('plans')
    .messages.map(({ text }) => text)
    .sort();
  assert.deepEqual([status, error, records_written], ['completed', null, wanted.length]);
  const posted = other.workspace
    .channel('random')
    .messages.map(({ text }) => text)
    .sort();
  assert.deepEqual(posted, wanted);
});
