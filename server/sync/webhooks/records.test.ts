import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startSmtp } from '../../scheduling/testing/mails.ts';
import { makeMember } from '../../testing/people.ts';
import { makeSync, run } from '../testing/scene.ts';
import { startBetween } from '../testing/started.ts';
import { answering, openSink } from './testing/sink.ts';
import { alertTimes, makeWebhook, untilDelivered } from './testing/telling.ts';

const smtp = await startSmtp(new Map());
after(() => smtp.close());
const { app, scene, source, from, to } = await startBetween({ SMTP_URL: smtp.url });

test('what runs create, change and delete comes to a receiver, each record by itself', async () => {
  const sink = await openSink();
  const { admin } = source;
  await admin.query(`create table people (id int primary key, name text);
    create table others (id int primary key, name text);
    insert into people select n, 'Name ' || n from generate_series(1, 50) n;
    insert into others values (1, 'Other')`);
  const settings = { mode: 'mirror', max_delete_percent: 50 } as const;
  const sync = await makeSync(scene, { from, to, object: 'people' }, settings);
  const other = await makeSync(scene, { from, to, object: 'others' });
  const again = await makeSync(scene, { from, to, object: 'people', table: 'people_again' });
  const filter = { sync_id: sync, object: 'people' };
  const { id: webhook } = await makeWebhook(scene, sink.url, { events: ['record.*'], filter });
  const elsewhere = await openSink();
  const ofOthers = { events: ['record.*'], filter: { object: 'others' } };
  const second = await makeWebhook(scene, elsewhere.url, ofOthers);

  for (const one of [sync, other, again]) await run(scene, one);
  await admin.query(`update people set name = 'Eve' where id = 7; delete from people where id = 9`);
  await run(scene, sync);
  await untilDelivered(scene, webhook, 52, 'succeeded');
  await untilDelivered(scene, second.id, 1, 'succeeded');

  const told = sink.received.map(({ body: { type, data } }) => ({ type, ...data }));
  const common = { sync_id: sync, connection_id: from, object: 'people' };
  const created = Array.from({ length: 50 }, (_, nth) => ({
    ...{ type: 'record.created', ...common, key: { id: nth + 1 } },
    record: { id: nth + 1, name: `Name ${nth + 1}` },
  }));
  assert.deepEqual(told.slice(0, 50), created);
  assert.deepEqual(told.slice(50), [
    {
      ...{ type: 'record.updated', ...common, key: { id: 7 }, record: { id: 7, name: 'Eve' } },
      previous: { id: 7, name: 'Name 7' },
    },
    { type: 'record.deleted', ...common, key: { id: 9 }, record: null },
  ]);
  assert.equal(new Set(sink.received.map(({ body }) => body.id)).size, 52);
  assert.deepEqual(
    elsewhere.received.map(({ body }) => [body.type, body.data.sync_id]),
    [['record.created', other]],
  );
});

test('that a webhook is disabled is mailed to the owners, and to nobody else', async () => {
  const { organization } = scene;
  const owner = await makeMember(app, organization, { role: 'owner' });
  await makeMember(app, organization);
  const sink = await openSink(answering(410));
  const given = { description: 'Our partner', events: ['sync.alert'] };
  const { id: webhook } = await makeWebhook(scene, sink.url, given);

  await alertTimes(app, organization, 1);
  await untilDelivered(scene, webhook, 1, 'failed');
  const [mail] = await until('it is mailed', () => smtp.deliveries.length > 0 && smtp.deliveries);

  assert.deepEqual(
    smtp.deliveries.map(({ recipient }) => recipient),
    [owner.email],
  );
  assert.match(mail?.text ?? '', /^Subject: A webhook to 127\.0\.0\.1:\d+ was disabled\r$/m);
  const text = (mail?.text ?? '').replace(/=\r\n/g, '');
  assert.ok(text.includes(`${webhook} (Our partner)`));
});
