import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schedulingScopes } from '../../../../contract/scheduling/index.ts';
import { until } from '../../../runtime/testing/until.ts';
import { makeBooking, makeSchedule } from '../../../scheduling/testing/scene.ts';
import { startServer } from '../../../testing/server.ts';
import { newId } from '../../conventions/ids.ts';
import { bodyOf, connectOwn, makeSyncScene, type SyncScene } from '../../testing/scene.ts';
import { workflowsOf } from '../../workflows/testing/scene.ts';
import { answering, openSink } from '../testing/sink.ts';
import { alertTimes, makeWebhook, untilDelivered } from '../testing/telling.ts';

const app = await startServer();
const since = new Date(0).toISOString();

const inDays = (days: number) =>
  new Date(app.clock.now().getTime() + days * 24 * 3_600_000).toISOString();
const recover = ({ client }: SyncScene, webhook: string, more = {}) =>
  client.recoverDeliveries({ params: { webhook }, body: { since, ...more } });
const typesOf = async ({ client }: SyncScene, webhook: string, status: 'pending' | 'failed') => {
  const listed = bodyOf(await client.listDeliveries({ params: { webhook }, query: { status } }));
  return listed.map(({ type }) => type).sort();
};

async function makeScenes() {
  const schedule = await makeSchedule(app);
  const { organization } = schedule;
  const full = await makeSyncScene(app, { organization, scopes: schedulingScopes });
  return { schedule, full, weak: await makeSyncScene(app, { organization }) };
}

/** A webhook whose deliveries have failed: one of a booking, one of an alert. */
async function makeFailed() {
  const scenes = await makeScenes();
  const { schedule, full } = scenes;
  const sink = await openSink(answering(410, {}, 'What we know of it'));
  const events = ['booking.created', 'sync.alert'];
  const { id: webhook } = await makeWebhook(full, sink.url, { events, max_in_flight: 2 });
  await makeBooking(schedule, inDays(2));
  await alertTimes(app, schedule.organization, 1);
  await until('all is told', async () => {
    const count = async (status: 'pending' | 'failed') =>
      (await typesOf(full, webhook, status)).length;
    if ((await count('pending')) + (await count('failed')) < 2) return false;
    await full.client.patchWebhook({ params: { webhook }, body: { enabled: true } });
    return (await count('failed')) === 2;
  });
  sink.answer = answering(200);
  await full.client.patchWebhook({ params: { webhook }, body: { enabled: true } });
  return { ...scenes, sink, webhook };
}

test('a webhook that was narrowed is not sent again what it does not hear of any more', async () => {
  const { full, weak, webhook } = await makeFailed();
  const params = { webhook };
  const seen = bodyOf(await weak.client.listDeliveries({ params })).flatMap((one) =>
    one.attempts.flatMap(({ response }) => (response === null ? [] : [one.type])),
  );
  const failed = bodyOf(await full.client.listDeliveries({ params }));
  const idOf = (type: string) => failed.find((one) => one.type === type)?.id ?? '';

  const refused = await recover(weak, webhook);
  await full.client.patchWebhook({ params, body: { events: ['sync.alert'] } });
  const replay = (delivery: string) =>
    weak.client.replayDelivery({ params: { webhook, delivery } });
  const replayed = await replay(idOf('booking.created'));
  const recovered = bodyOf(await recover(weak, webhook));
  await untilDelivered(full, webhook, 1, 'succeeded');
  const left = await typesOf(full, webhook, 'failed');
  await full.client.patchWebhook({ params, body: { events: ['booking.*'] } });
  const all = bodyOf(await recover(full, webhook, { failed_only: false }));

  assert.deepEqual([...new Set(seen)], ['sync.alert']);
  assert.equal((refused as { status: number }).status, 403);
  assert.equal(replayed.status, 410);
  assert.deepEqual(recovered, { recovered: 1, complete: true });
  assert.deepEqual(left, ['booking.created']);
  assert.equal(all.recovered, 1);
});

test('a webhook is sent again what its filter lets through, and what whoever made it may still see', async () => {
  const { full, webhook } = await makeFailed();
  const params = { webhook };
  await full.client.patchWebhook({ params, body: { filter: { object: 'bookings' } } });

  const filtered = bodyOf(await recover(full, webhook));
  await untilDelivered(full, webhook, 1, 'succeeded');
  // As of a client that reaches another practice only.
  await app.server.platform.database.system.transaction((tx) =>
    tx.rows(
      `update sync.webhook set agent = jsonb_set(agent, '{practices}', '[0]') where id = $1`,
      [webhook],
    ),
  );
  const narrow = bodyOf(await recover(full, webhook, { failed_only: false }));

  assert.equal(filtered.recovered, 1);
  assert.equal(narrow.recovered, 0);
});

test('what waits for a webhook that was narrowed goes nowhere by those who may not read it', async () => {
  const { schedule, full, weak } = await makeScenes();
  const sink = await openSink(answering(500));
  const { id: webhook } = await makeWebhook(full, sink.url, { events: ['booking.created'] });
  await makeBooking(schedule, inDays(2));
  await untilDelivered(full, webhook, 1, 'pending');
  const params = { webhook };
  await full.client.patchWebhook({ params, body: { events: ['sync.alert'] } });
  const body = { url: `${sink.url}elsewhere` };

  const refused = await weak.client.patchWebhook({ params, body });

  assert.equal((refused as { status: number }).status, 403);
  assert.ok((await full.client.patchWebhook({ params, body })).ok);
});

test('a notice is sent again by those who may have its workflow run, as long as that tells it', async () => {
  const { full, weak } = await makeScenes();
  const sink = await openSink();
  const { id: webhook } = await makeWebhook(weak, sink.url);
  const connection_id = await connectOwn(full, 'scheduling');
  const notify = { type: 'notify', channel: 'webhook', to: webhook, message: 'Seen' } as const;
  const query = { type: 'query', connection_id, object: 'patients' } as const;
  const workflow = await workflowsOf(full).make({ actions: [query, notify] });
  await workflowsOf(full).run(workflow.id);
  const [first] = await untilDelivered(weak, webhook, 1, 'succeeded');
  const all = { failed_only: false };

  const byWeak = bodyOf(await recover(weak, webhook, all));
  const byFull = bodyOf(await recover(full, webhook, all));
  await until('it came once more', () => sink.received.length === 2);
  await untilDelivered(weak, webhook, 1, 'succeeded');
  await full.client.deleteWorkflow({ params: { workflow: workflow.id } });
  const later = bodyOf(await recover(weak, webhook, all));
  const replayed = await full.client.replayDelivery({
    params: { webhook, delivery: first?.id ?? '' },
  });

  assert.deepEqual(
    [byWeak, byFull, later].map(({ recovered }) => recovered),
    [0, 1, 0],
  );
  assert.equal(replayed.status, 410);
});

test('what a request does not come to is recovered by a job', async () => {
  const scene = await makeSyncScene(app);
  const sink = await openSink();
  const { id: webhook } = await makeWebhook(scene, sink.url, { max_in_flight: 10 });
  const { organization } = scene;
  const many = 12_001;
  const event = newId('event');
  await alertTimes(app, organization, 1);
  const [first] = await untilDelivered(scene, webhook, 1, 'succeeded');
  // Only the last one is of an event that is kept.
  await app.server.platform.database.system.transaction((tx) =>
    tx.rows(
      `insert into sync.delivery
         (organization_id, id, webhook_id, number, event_id, type, status, created_at)
       select $1, 'dlv_' || n, $2, n + 1000,
         case when n < $4 then $3 else $5 end, 'sync.alert', 'failed', $6
       from generate_series(1, $4) as n`,
      [organization, webhook, event, many, first?.event_id, app.clock.now()],
    ),
  );

  const begun = bodyOf(await recover(scene, webhook));
  await untilDelivered(scene, webhook, 2, 'succeeded');

  assert.deepEqual(begun, { recovered: 0, complete: false });
  assert.equal(sink.received.length, 2);
});
