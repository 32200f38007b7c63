import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openChannel, shown, visit } from '../../messaging/testing/website.ts';
import { until } from '../../runtime/testing/until.ts';
import { readOutbox, startSmtp } from '../../scheduling/testing/mails.ts';
import { startServer } from '../../testing/server.ts';
import { makeSlack } from '../connectors/slack/testing/place.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { connectSlack } from '../notices/testing/scene.ts';
import { bodyOf, connect, connectOwn, makeSync, makeSyncScene, run } from '../testing/scene.ts';
import { openSink, type Received } from '../webhooks/testing/sink.ts';

const smtp = await startSmtp(new Map());
const sink = await openSink();
const app = await startServer({ SMTP_URL: smtp.url });
const source = await makeDatabase();
const destination = await makeDatabase();
after(() => Promise.all([source.end(), destination.end(), smtp.close()]));
const scene = await makeSyncScene(app);
const { organization } = scene;
const from = await connect(scene, source);
const to = await connect(scene, destination);
const ann = await visit(app, organization, { name: 'Ann' });
const channel_id = await openChannel(ann, 'data');
await connectOwn(scene, 'messaging', 'Watch');
const slack = await makeSlack({ records: 0 });
await connectSlack(scene, slack, { default_channel: 'general' });

async function threads(): Promise<string[]> {
  const { threads } = shown(await ann.client.listThreads({ params: { channel_id } }));
  return threads.map(({ blocks }) => blocks.join('\n')).sort();
}

async function makeTable(name: string) {
  await source.admin.query(
    `create table ${name} (id int primary key); insert into ${name} values (1)`,
  );
}

test('whoever a sync names is told by every channel when a warning begins and when it ends', async () => {
  await makeTable('orders');
  const events = ['sync.alert', 'sync.failed'] as const;
  const alerts = {
    failed_runs: 1,
    notify: [
      { channel: 'threads', to: '#data', events: [...events] },
      { channel: 'slack', message: '<!here> {{sync.name}}: {{alert.state}} {{alert.message}}' },
      { channel: 'email', to: 'ops@mail.example' },
    ],
  } as const;
  const settings = { name: 'Orders <!channel>', alerts: alerts as never };
  const sync = await makeSync(scene, { from, to, object: 'orders' }, settings);
  await source.admin.query('alter table orders rename to away');

  await run(scene, sync);
  const failing = await until('it is told', async () => {
    const all = await threads();
    return all.length >= 2 && all;
  });
  await source.admin.query('alter table away rename to orders');
  await run(scene, sync);

  await until('that it is over is told', async () => (await threads()).length >= 3);
  const general = slack.workspace.channel('general');
  await until('Slack is told', async () => general.messages.length >= 2);
  const mails = await readOutbox({ app, organization }, 2, ({ sent_at }) => sent_at !== null);
  assert.match(
    failing[0] ?? '',
    /^Alert for the sync “Orders <\u2060!channel>”: The last run failed\.$/,
  );
  assert.match(failing[1] ?? '', /^The sync “Orders .*” failed: .*orders.*\nRun run_/);
  assert.deepEqual(
    general.messages.map(({ text }) => text),
    [
      '<!here> Orders &lt;!channel&gt;: firing The last run failed.',
      '<!here> Orders &lt;!channel&gt;: resolved The last run failed.',
    ],
  );
  assert.deepEqual(
    mails.map(({ recipient, subject }) => [recipient, subject]),
    [
      ['ops@mail.example', 'Alert: sync Orders <!channel>'],
      ['ops@mail.example', 'Resolved: sync Orders <!channel>'],
    ],
  );
});

test('a webhook is told which sync it was, and what has happened', async () => {
  await makeTable('told');
  const hook = { url: sink.url, events: ['notice.sent'] };
  const { id: webhook } = bodyOf(await scene.client.createWebhook({ body: hook }));
  const notify = [{ channel: 'webhook', to: webhook, events: ['sync.failed'] }] as never;
  const settings = { name: 'Told', alerts: { notify } };
  const sync = await makeSync(scene, { from, to, object: 'told' }, settings);
  await source.admin.query('drop table told');

  const { id: run_id } = await run(scene, sync);
  const [told] = await until('it is told', async () => sink.received[0] && sink.received);

  const { data } = (told as Received).body;
  const { message, data: happened, ...from_ } = data as { message: string; data: object };
  assert.match(message, /The sync “Told” failed/);
  assert.deepEqual(from_, { workflow_id: null, sync_id: sync, run_id });
  const { event, sync_name, run: ended } = happened as Record<string, unknown>;
  assert.deepEqual([event, sync_name], ['sync.failed', 'Told']);
  assert.equal((ended as { id: string }).id, run_id);
});

test('a sync that fails is mailed to the owners, by the mail server that is set', async () => {
  const owner = await visit(app, organization, { name: 'Olga', role: 'owner' });
  await makeTable('mailed');
  const sync = await makeSync(scene, { from, to, object: 'mailed' }, { name: 'To be mailed' });
  const params = { template: 'failed-sync' };
  bodyOf(await scene.client.makeWorkflow({ params, body: { parameters: {} } }));
  await source.admin.query('drop table mailed');

  const { status } = await run(scene, sync);
  const [mail] = await until('it has arrived', () => {
    const own = smtp.deliveries.filter(({ recipient }) => recipient === owner.member.email);
    return own.length > 0 && own;
  });

  assert.equal(status, 'failed');
  assert.match(mail?.text ?? '', /^Subject: A sync has failed\r$/m);
});

test('what is told is shown with the sync, and goes with a change of its alerts', async () => {
  await makeTable('quiet');
  const notify = [{ channel: 'threads', to: 'data' }] as never;
  const sync = await makeSync(scene, { from, to, object: 'quiet' }, { alerts: { notify } });
  const params = { sync };

  const { alerts } = bodyOf(await scene.client.getSync({ params }));
  const renamed = bodyOf(await scene.client.patchSync({ params, body: { name: 'Still' } }));
  const without = bodyOf(await scene.client.patchSync({ params, body: { alerts: {} } }));

  const [notice] = alerts.notify;
  assert.deepEqual(
    { ...notice, connection_id: '' },
    {
      ...{ channel: 'threads', connection_id: '', to: 'data', events: ['sync.alert'] },
      ...{ subject: null, message: null },
    },
  );
  assert.deepEqual(renamed.alerts.notify, alerts.notify);
  assert.deepEqual(without.alerts.notify, []);
});

test('a notice that cannot be sent is refused where it is given', async () => {
  await makeTable('refused');
  const make = (notice: object) =>
    scene.client.createSync({
      body: {
        name: 'Refused',
        source: { connection_id: from, object: 'refused' },
        destination: { connection_id: to, table: 'refused' },
        alerts: { notify: [notice] as never },
      },
    });
  const cases: [object, RegExp][] = [
    [{ channel: 'pigeon' }, /alerts\.notify\.0\.channel/],
    [{ channel: 'threads', to: 'nowhere' }, /alerts\.notify\.0\.to.*no channel/],
    [{ channel: 'email', to: 'nobody' }, /alerts\.notify\.0\.to/],
    [
      { channel: 'slack', message: '{{sync.nme}}' },
      /alerts\.notify\.0\.message.*did you mean name/,
    ],
    [{ channel: 'slack', to: '{{sync.name}}' }, /alerts\.notify\.0\.to.*no templates/],
  ];

  for (const [notice, pattern] of cases) {
    const refused = await make(notice);
    assert.equal(refused.status, 400);
    assert.match(JSON.stringify(refused), pattern);
  }
});
