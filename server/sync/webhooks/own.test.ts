import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../../contract/client.ts';
import { schedulingScopes } from '../../../contract/scheduling/index.ts';
import { sync, syncScopes } from '../../../contract/sync/index.ts';
import { makeBot, resultOf } from '../../messaging/testing/scene.ts';
import { shortId } from '../../runtime/ids.ts';
import { until } from '../../runtime/testing/until.ts';
import { erasePatient } from '../../scheduling/operator/patients.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../scheduling/testing/scene.ts';
import { makeClient, makePractice } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../testing/scene.ts';
import { answering, openSink, type Sink } from './testing/sink.ts';
import { alertTimes, makeWebhook, untilDelivered } from './testing/telling.ts';

const app = await startServer();

const inDays = (days: number) =>
  new Date(app.clock.now().getTime() + days * 24 * 3_600_000).toISOString();
const typesOf = ({ received }: Sink) => received.map(({ body }) => body.type);

async function makeOwnScene() {
  const schedule = await makeSchedule(app);
  const { organization } = schedule;
  return { schedule, scene: await makeSyncScene(app, { organization, scopes: schedulingScopes }) };
}

/** What happened before it has been told by then. */
async function untilToldOn(organization: number, client: Parameters<typeof makeWebhook>[0]) {
  const last = await openSink();
  const { id } = await makeWebhook(client, last.url);
  await alertTimes(app, organization, 1);
  await untilDelivered(client, id, 1, 'succeeded');
}

test('bookings and appointments are told as their API shows them, and no patient with them', async () => {
  const { schedule, scene } = await makeOwnScene();
  const sink = await openSink();
  const events = ['booking.*', 'appointment.*', 'form.completed'];
  const { id: webhook } = await makeWebhook(scene, sink.url, { events });

  const booking = await makeBooking(schedule, inDays(2));
  const appointment = await makeAppointment(schedule, booking.id, { first_name: 'Zelda' });
  const other = await makeBooking(schedule, inDays(3));
  await schedule.client.deleteBooking({ params: { id: other.id } });
  await until('all is told', () => typesOf(sink).includes('booking.deleted'));
  await untilDelivered(scene, webhook, sink.received.length, 'succeeded');

  const of = (type: string) => sink.received.find(({ body }) => body.type === type)?.body.data;
  assert.equal(of('booking.created')?.id, booking.id);
  assert.equal(of('appointment.created')?.booking_patient_id, appointment.patient_id);
  assert.deepEqual(of('booking.deleted'), { id: other.id, status: 'closed' });
  assert.doesNotMatch(JSON.stringify(sink.received.map(({ body }) => body)), /Zelda/);
});

test('what was told of Scheduling is shown to those only who may read it there', async () => {
  const { schedule, scene } = await makeOwnScene();
  const other = await makeSyncScene(app, { organization: schedule.organization });
  const sink = await openSink();
  const { id: webhook } = await makeWebhook(scene, sink.url, { events: ['booking.*'] });
  await makeBooking(schedule, inDays(2));
  const [delivery] = await untilDelivered(scene, webhook, 1, 'succeeded');
  const events = ['sync.alert'];
  bodyOf(await scene.client.patchWebhook({ params: { webhook }, body: { events } }));

  const params = { webhook, delivery: delivery?.id ?? '' };
  const theirs = bodyOf(await scene.client.getDelivery({ params }));
  const hidden = bodyOf(await other.client.getDelivery({ params }));

  assert.match(theirs.request?.body ?? '', /booking\.created/);
  assert.deepEqual([hidden.status, hidden.request], ['succeeded', null]);
});

test('a partner of one practice hears of that one, and a key without scopes of none', async () => {
  const { schedule, scene } = await makeOwnScene();
  const { organization } = schedule;
  const second = await makePractice(app, organization, { name: 'Second' });
  const there = { location: second.locations[0]!, doctor: second.doctors[0]! };
  const scopes = [...syncScopes, ...schedulingScopes];
  const { token } = await makeClient(app, organization, { scopes, practices: [second.id] });
  const partner = { client: createClient(sync, { url: app.url, authorization: token }) };
  const [narrow, wide] = [await openSink(), await openSink()];
  await makeWebhook(partner, narrow.url, { events: ['booking.*'] });
  await makeWebhook(scene, wide.url, { events: ['booking.created'] });

  const first = await makeBooking(schedule, inDays(2));
  await schedule.client.deleteBooking({ params: { id: first.id } });
  const theirs = await makeBooking({ ...schedule, ...there } as typeof schedule, inDays(2));
  await untilToldOn(organization, scene);
  await until('both are told', () => narrow.received.length > 0 && wide.received.length > 1);

  const idsOf = ({ received }: Sink) => received.map(({ body }) => body.data.id);
  assert.deepEqual(idsOf(narrow), [theirs.id]);
  assert.deepEqual(idsOf(wide), [first.id, theirs.id]);
});

test('threads are told from public channels, and from private ones that the bot is in', async () => {
  const scene = await makeSyncScene(app);
  const organization = shortId('organization', scene.organization);
  const bot = await makeBot(app, organization, 'Watcher');
  const connection_id = await connectOwn(scene, 'messaging', 'Reports');
  const channel = async (name: string, more = {}) =>
    resultOf(await bot.client.createChannel({ body: { name, ...more } })).channelID;
  const general = await channel('general');
  const hidden = await channel('hidden', { privacy: 'private' });
  const [everybody, theBot] = [await openSink(), await openSink()];
  const events = ['thread.posted'];
  await makeWebhook(scene, everybody.url, { events });
  await makeWebhook(scene, theBot.url, { events, filter: { connection_id } });
  const insert = async (object: string, record: Record<string, unknown>) => {
    const operation = 'insert' as const;
    const body = { object, operation, records: [record] };
    const written = await scene.client.writeData({ params: { connection: connection_id }, body });
    return String(bodyOf(written).results[0]?.id);
  };
  const ours = await insert('channels', { name: 'ours', privacy: 'private' });

  for (const channelID of [general, hidden]) {
    await bot.client.postThread({ body: { channelID, blocks: [`To ${channelID}`] } });
  }
  await insert('threads', { channelID: ours, text: `To ${ours}` });
  await untilToldOn(scene.organization, scene);
  await until('both are told', () => everybody.received.length > 0 && theBot.received.length > 1);

  const toldOf = ({ received }: Sink) =>
    received.map(({ body }) => [body.data.channelID, body.data.text]);
  assert.deepEqual(toldOf(everybody), [[general, `To ${general}`]]);
  assert.deepEqual(
    toldOf(theBot),
    [general, ours].map((id) => [id, `To ${id}`]),
  );
});

test('what was told of a patient goes with the patient, and so does what waits', async () => {
  const { schedule, scene } = await makeOwnScene();
  const sink = await openSink(answering(500, {}, 'we have appointment 1'));
  const { id: webhook } = await makeWebhook(scene, sink.url, { events: ['appointment.created'] });
  const booking = await makeBooking(schedule, inDays(2));
  const { patient_id } = await makeAppointment(schedule, booking.id);
  const [before] = await until('it was tried', async () => {
    const listed = await untilDelivered(scene, webhook, 1, 'pending');
    return listed[0]!.attempts.length > 0 && listed;
  });

  await erasePatient(app.server.platform, String(patient_id));
  const params = { webhook, delivery: before!.id };
  const after = await until('it is forgotten', async () => {
    const shown = bodyOf(await scene.client.getDelivery({ params }));
    return shown.attempts.every(({ response }) => response === null) && shown;
  });
  app.clock.advance({ minutes: 1 });
  await untilDelivered(scene, webhook, 1, 'failed');
  const replayed = await scene.client.replayDelivery({ params });

  assert.match(before!.attempts[0]?.response ?? '', /appointment/);
  assert.equal(after.attempts[0]?.status, 500);
  assert.equal(replayed.status, 410);
  assert.equal(sink.received.length, 1);
});
