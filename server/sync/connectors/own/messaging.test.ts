import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createKey } from '../../../messaging/operator/index.ts';
import { makeBot, resultOf } from '../../../messaging/testing/scene.ts';
import { shortId } from '../../../runtime/ids.ts';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import { runnersOf } from '../../testing/runners.ts';
import {
  bodyOf,
  connect,
  connectOwn,
  makeSync,
  makeSyncScene,
  run,
  type SyncScene,
  untilOver,
} from '../../testing/scene.ts';
import { makeDatabase } from '../testing/databases.ts';

const app = await startServer();
const other = await makeDatabase();
after(() => other.end());

async function makeTeam(name = 'Reports') {
  const scene = await makeSyncScene(app);
  const organization = shortId('organization', scene.organization);
  const bot = await makeBot(app, organization, 'Watcher');
  const { channelID } = resultOf(await bot.client.createChannel({ body: { name: 'general' } }));
  const connection = await connectOwn(scene, 'messaging', name);
  const table = await connect(scene, other);
  return { scene, organization, bot, channelID, connection, table };
}

async function query({ client }: SyncScene, connection: string, object: string) {
  const body = { object };
  return bodyOf(await client.queryData({ params: { connection }, body })).records;
}

test('ceilings are refused for what is of this server, and the reason is said', async () => {
  const { scene } = await makeTeam();

  for (const name of ['max_requests_per_second', 'max_connections']) {
    const body = { provider: 'messaging', name: 'Own', config: { [name]: 1 }, credentials: {} };
    const refused = await scene.client.createConnection({ body });

    assert.equal(refused.status, 400);
    assert.match(JSON.stringify(refused), new RegExp(`config.${name}: .*products.* no limits`));
  }
});

test('rows become threads of the bot, those that are new with the next run', async () => {
  const { scene, channelID, connection, table } = await makeTeam();
  await other.admin.query(`create table news (id int primary key, channel text, text text);
    insert into news values (1, 'general', 'One'), (2, '#General', E'Two\\n\\nblocks'),
      (3, 'nowhere', 'Three'), (4, 'general', ' ')`);
  const ends = { from: table, to: connection, object: 'news', table: 'threads' };
  const mappings = ['channel', 'text'].map((name) => ({ source: name, destination: name }));
  const id = await makeSync(scene, ends, { field_mappings: mappings, cursor_field: 'id' });

  const first = await run(scene, id);
  await other.admin.query(`insert into news values (5, 'general', 'Five')`);
  const second = await run(scene, id);

  assert.deepEqual([first.error, first.records_written, first.records_failed], [null, 2, 2]);
  assert.deepEqual([second.error, second.records_written], [null, 1]);
  const refused = bodyOf(await scene.client.listRejected({ params: { sync: id, run: first.id } }));
  assert.deepEqual(
    refused.map(({ reason }) => reason),
    ['There is no such channel; list the channels.', 'text: must not be blank.'],
  );
  const threads = await query(scene, connection, 'threads');
  assert.deepEqual(threads.map(({ blocks }) => blocks).sort(), [
    ['Five'],
    ['One'],
    ['Two', 'blocks'],
  ]);
  assert.deepEqual(new Set(threads.map((one) => one.channelID)), new Set([channelID]));
});

test('killed in the middle of a batch, a run posts each row once, also rows that are alike', async () => {
  const { scene, connection, table } = await makeTeam();
  const rows = 400;
  await other.admin.query(`create table reports (id int primary key, text text);
    insert into reports select n, 'Report ' || n / 2 from generate_series(1, ${rows}) n`);
  const ends = { from: table, to: connection, object: 'reports', table: 'threads' };
  const field_mappings = [
    { source: 'text', destination: 'text' },
    { source: 'channel', destination: 'channel', default: 'general' },
  ];
  await other.admin.query('alter table reports add channel text');
  const sync = await makeSync(scene, ends, { field_mappings, batch_size: 150 });
  const begun = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
  const posted = async () => {
    const [row] = await app.server.platform.database
      .of(scene.organization)
      .reading.rows<{ count: number }>('select count(*)::int as count from messaging.thread');
    return row!.count;
  };

  for (const count of [50, 200, 330]) {
    await until(`${count} are posted`, async () => (await posted()) >= count);
    const [pid] = runnersOf(process.pid);
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }
  const done = await untilOver(scene, sync, begun.id);

  assert.deepEqual([done.status, done.error], ['completed', null]);
  const texts = await app.server.platform.database
    .of(scene.organization)
    .reading.rows<{ count: number }>(
      `select count(*)::int as count from messaging.thread group by plain order by 1`,
    );
  // The first and the last are alone.
  const counts = texts.map(({ count }) => count);
  assert.deepEqual(counts, [1, 1, ...Array(rows / 2 - 1).fill(2)]);
});

test('a bot reads public channels, and private ones that it is in; what is deleted does not come', async () => {
  const { scene, bot, channelID, connection, table } = await makeTeam();
  const result = resultOf(
    await bot.client.createChannel({ body: { name: 'secret', privacy: 'private' } }),
  );
  const post = async (id: string, text: string) =>
    resultOf(await bot.client.postThread({ body: { channelID: id, blocks: [text] } })).threadID;
  const [shown, gone] = [await post(channelID, 'Shown'), await post(channelID, 'Gone')];
  await post(result.channelID, 'Secret');
  resultOf(await bot.client.postComment({ body: { threadID: shown, blocks: ['Answer'] } }));
  const ends = { from: connection, to: table, object: 'threads', table: 'threads_kept' };
  const id = await makeSync(scene, ends, { cursor_field: 'event' });

  const first = await run(scene, id);
  assert.ok(await bot.client.deleteThread({ body: { threadID: gone } }));
  await post(channelID, 'New');
  const second = await run(scene, id);

  assert.deepEqual([first.error, first.records_read], [null, 2]);
  assert.deepEqual([second.error, second.records_read], [null, 1]);
  const { rows } = await other.admin.query('select text, blocks from threads_kept order by text');
  assert.deepEqual(
    rows.map(({ text }) => text),
    ['Gone', 'New', 'Shown'],
  );
  const comments = await query(scene, connection, 'comments');
  assert.deepEqual(
    comments.map(({ text, parentID }) => [text, parentID]),
    [['Answer', shown]],
  );
  const channels = await query(scene, connection, 'channels');
  assert.deepEqual(
    channels.map(({ name }) => name),
    ['general'],
  );
});

test('comments, channels and messages are written as the bot, and what it wrote is deleted', async () => {
  const { scene, bot, channelID, connection } = await makeTeam('Clerk');
  const { threadID } = resultOf(
    await bot.client.postThread({ body: { channelID, blocks: ['Question'] } }),
  );
  const write = async (object: string, operation: string, records: object[]) => {
    const body = { object, operation, records } as never;
    const params = { connection };
    return bodyOf(await scene.client.writeData({ params, body })).results;
  };

  const [answer, lost] = await write('comments', 'insert', [
    { threadID, text: 'Answer' },
    { threadID: '12345678901', text: 'Lost' },
  ]);
  const [opened] = await write('channels', 'insert', [{ name: 'clerks', privacy: 'private' }]);
  const [message] = await write('messages', 'insert', [{ chat: 'nowhere', body: 'Hello' }]);
  const [removed] = await write('comments', 'delete', [{ commentID: answer!.id }]);
  const [others] = await write('threads', 'delete', [{ threadID }]);

  assert.equal(answer!.error, null);
  assert.match(String(lost!.error), /thread/);
  assert.equal(opened!.error, null);
  assert.match(String(message!.error), /chat/);
  assert.deepEqual([removed!.status, others!.status], ['ok', 'error']);
  assert.deepEqual(await query(scene, connection, 'comments'), []);
  const channels = await query(scene, connection, 'channels');
  assert.deepEqual(channels.map(({ name }) => name).sort(), ['clerks', 'general']);
});

test('a bot is called as its connection is, and ends with it', async () => {
  const { scene, connection } = await makeTeam('Before');
  const bots = async () =>
    app.server.platform.database.of(scene.organization).reading.rows<{ name: string }>(
      `select u.name, k.name as key, k.revoked_at is null as is_active
       from messaging.user u join platform.api_key k on k.id = u.api_key_id
       where u.name <> 'Watcher'`,
    );

  const params = { connection };
  bodyOf(await scene.client.patchConnection({ params, body: { name: 'After' } }));
  const renamed = await bots();
  await scene.client.deleteConnection({ params });
  const ended = await bots();

  assert.deepEqual(renamed, [{ name: 'After', key: 'After', is_active: true }]);
  assert.deepEqual(ended, [{ name: 'After', key: 'After', is_active: false }]);
});

test('only keys of Sync are given scopes of other products', async () => {
  const { organization } = await makeTeam();
  const make = (kind: 'sync' | 'threads', scope: string) =>
    createKey(app.server.platform, organization, { name: 'Key', kind, scope, plan: 'unlimited' });

  const made = await make('sync', 'patients/get bookings/get');

  assert.match(made.key, /^ts_live_/);
  await assert.rejects(make('threads', 'patients/get'), /scope: is for keys of the kind sync/);
  await assert.rejects(make('sync', 'patients/have'), /there is no scope patients\/have/);
});
