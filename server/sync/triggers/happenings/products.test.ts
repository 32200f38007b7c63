import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../../../contract/client.ts';
import { schedulingScopes } from '../../../../contract/scheduling/index.ts';
import { sync, syncScopes } from '../../../../contract/sync/index.ts';
import { makeBot, resultOf } from '../../../messaging/testing/scene.ts';
import { shortId } from '../../../runtime/ids.ts';
import { until } from '../../../runtime/testing/until.ts';
import { accepted } from '../../../scheduling/testing/answers.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../../scheduling/testing/scene.ts';
import { makeClient, makePractice } from '../../../testing/makers.ts';
import { startServer } from '../../../testing/server.ts';
import { bodyOf, connectOwn, makeSyncScene, type SyncScene } from '../../testing/scene.ts';
import { set, workflowsOf } from '../../workflows/testing/scene.ts';

const app = await startServer();
const schedule = await makeSchedule(app);
const { organization } = schedule;
const scene = await makeSyncScene(app, { organization, scopes: schedulingScopes });
const connection_id = await connectOwn(scene, 'scheduling');
const inAnHour = (hours = 1) =>
  new Date(app.clock.now().getTime() + hours * 3_600_000).toISOString();

type Client = Pick<SyncScene, 'client'>;

/** A workflow that hears of an event, and what it has heard. */
async function listen(of: Client, event: string, more: Record<string, unknown>) {
  const workflows = workflowsOf(of as SyncScene);
  const trigger = { type: 'event', event, ...more } as never;
  const { id } = await workflows.make({ trigger, actions: [set({ of: '{{record.id}}' })] });
  const params = { workflow: id };
  const runs = async () => bodyOf(await of.client.listWorkflowRuns({ params }));
  const heard = (count: number) =>
    until(`${event} is heard ${count} times`, async () => {
      const all = await runs();
      if (all.length < count) return undefined;
      const ended = await Promise.all(all.map((one) => workflows.ended(id, one.id)));
      return ended.reverse().map(({ trigger: seen }) => seen?.record as Record<string, unknown>);
    });
  return { id, runs, heard };
}

test('what happens in Scheduling sets off what hears of it, as a webhook is told it', async () => {
  const [bookings, cancelled, others] = [
    await listen(scene, 'booking.*', { connection_id }),
    await listen(scene, 'appointment.cancelled', { connection_id }),
    await listen(scene, 'booking.created', { connection_id, filter: 'length > 600' }),
  ];

  const booking = await makeBooking(schedule, inAnHour());
  const { appointment_id } = await makeAppointment(schedule, booking.id);
  const params = { id: String(appointment_id) };
  accepted(await schedule.client.cancelAppointment({ params }));
  accepted(await schedule.client.deleteBooking({ params: { id: booking.id } }));

  const [[first], told] = [await cancelled.heard(1), await bookings.heard(4)];
  assert.partialDeepStrictEqual(first, { id: appointment_id, status: 'cancelled' });
  assert.deepEqual(
    told.map(({ id, status }) => [id, status]),
    ['open', 'booked', 'open', 'closed'].map((status) => [booking.id, status]),
  );
  assert.deepEqual(await others.runs(), []);
});

test('whoever does not reach a practice, or has no scope for it, hears nothing of it', async () => {
  const elsewhere = await makePractice(app, organization, { name: 'Elsewhere' });
  const scopes = [...syncScopes, ...schedulingScopes];
  const narrow = await makeClient(app, organization, { scopes, practices: [elsewhere.id] });
  const of = {
    client: createClient(sync, { url: app.url, authorization: `Bearer ${narrow.token}` }),
  };
  const own = await connectOwn(of, 'scheduling', 'Elsewhere');
  const plain = await makeSyncScene(app, { organization });
  const [here, there] = [
    await listen(scene, 'booking.created', { connection_id }),
    await listen(of, 'booking.created', { connection_id: own }),
  ];
  const refused = await listen(plain, 'booking.created', { connection_id }).catch(String);

  await makeBooking(schedule, inAnHour(48));
  await here.heard(1);
  const [run] = await here.runs();
  const seen = await plain.client.getWorkflowRun({
    params: { workflow: here.id, workflow_run: run?.id ?? '' },
  });

  assert.deepEqual(await there.runs(), []);
  assert.match(String(refused), /403/);
  assert.equal((seen as { status: number }).status, 403);
});

test('a thread that is posted is heard through the bot of a connection, and ends at a depth', async () => {
  const bot = await makeBot(app, shortId('organization', organization), 'Ann');
  const { channelID } = resultOf(await bot.client.createChannel({ body: { name: 'general' } }));
  const messaging = await connectOwn(scene, 'messaging');
  const workflows = workflowsOf(scene);
  const notify = { type: 'notify', channel: 'threads', connection_id: messaging, to: 'general' };
  const trigger = { type: 'event', event: 'thread.posted', connection_id: messaging } as const;
  const message = 'Again, after {{record.threadID}}';
  const { id } = await workflows.make({ trigger, actions: [{ ...notify, message } as never] });

  resultOf(await bot.client.postThread({ body: { channelID, blocks: ['Hello'] } }));
  const depths = await until('it has ended', async () => {
    const all = bodyOf(await scene.client.listWorkflowRuns({ params: { workflow: id } }));
    return all.some(({ status }) => status === 'failed') && all.map(({ depth }) => depth).sort();
  });

  assert.deepEqual(depths, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('what a trigger names of one product means nothing for the events of another', async () => {
  const { id: workflow } = await workflowsOf(scene).make({ actions: [set({})] });
  const given = { name: 'Heard', type: 'event', event: 'form.completed', connection_id } as const;
  const target = { workflow_id: workflow };
  const { id: trigger, object } = bodyOf(
    await scene.client.createTrigger({ body: { ...given, target } }),
  );
  const change = async (body: object) =>
    bodyOf(await scene.client.putTrigger({ params: { trigger }, body }));

  const same = await change({ name: 'Forms' });
  const other = await change({ event: 'booking.*', connection_id });
  const plain = await change({ event: 'sync.failed' });

  assert.deepEqual([object, same.object, other.object], ['forms', 'forms', 'bookings']);
  assert.deepEqual([plain.object, plain.connection_id], [null, null]);
});

test('who may read something of a product hears of the records of that only, which is named', async () => {
  const bookings = await makeSyncScene(app, { organization, scopes: ['bookings/get'] });
  const { id: workflow } = await workflowsOf(bookings).make({ actions: [set({})] });
  const given = { name: 'Heard', type: 'event', target: { workflow_id: workflow } } as const;
  const listen = async (event: string, object: string | null = null) =>
    bookings.client.createTrigger({ body: { ...given, event, connection_id, object } });

  const answers = [
    await listen('record.created'),
    await listen('record.*', ''),
    await listen('record.*', 'patients'),
    await listen('record.*', 'bookings'),
    await listen('connection.health_changed'),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [400, 400, 403, 201, 201],
  );
  const [unnamed] = answers as { error?: { error: { details: unknown } } }[];
  assert.match(JSON.stringify(unnamed?.error), /object.*is required: .*appointments, bookings/);
});
