import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { schedulingScopes } from '../../../../contract/scheduling/index.ts';
import { makeBot, resultOf } from '../../../messaging/testing/scene.ts';
import { sealedEventColumn } from '../../../runtime/events/stripping/stripping.ts';
import { shortId } from '../../../runtime/ids.ts';
import { until } from '../../../runtime/testing/until.ts';
import { erasePatient } from '../../../scheduling/operator/patients.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../../scheduling/testing/scene.ts';
import { startServer } from '../../../testing/server.ts';
import { makeDatabase } from '../../connectors/testing/databases.ts';
import { recordEvent } from '../../syncs/told/sealing.ts';
import { recordEventTypes } from '../../syncs/told/store.ts';
import { bodyOf, connect, connectOwn, makeSync, makeSyncScene, run } from '../../testing/scene.ts';
import { hearing } from './testing/hearing.ts';

const app = await startServer();
const destination = await makeDatabase();
after(() => destination.end());
await destination.admin.query('create table heard (id int primary key)');

async function makePatient(schedule: Awaited<ReturnType<typeof makeSchedule>>, minutes: number) {
  const at = new Date(app.clock.now().getTime() + minutes * 60_000).toISOString();
  const { id } = await makeBooking(schedule, at);
  return makeAppointment(schedule, id, { first_name: 'Ann' });
}

test('what the log tells of a patient goes with the patient, and nothing else does', async () => {
  const schedule = await makeSchedule(app);
  const { organization } = schedule;
  const scene = await makeSyncScene(app, { organization, scopes: schedulingScopes });
  const to = await connect(scene, destination);
  const { events, listen } = hearing(app, scene);
  await listen(to);
  const { patient_id: gone } = await makePatient(schedule, 60);
  const { patient_id: stays } = await makePatient(schedule, 120);
  const ends = { from: await connectOwn(scene, 'scheduling'), to, object: 'patients' };
  const sync = await makeSync(scene, ends, { cursor_field: 'event' });
  await run(scene, sync);

  const before = await events(sync);
  await erasePatient(app.server.platform, String(gone));
  await until('it is forgotten', async () => (await events(sync)).some(({ told }) => !told));

  const left = await events(sync);
  assert.deepEqual(
    before.map(({ data, told }) => [data.about, told?.record?.first_name]),
    [
      [`patient ${gone}`, 'Ann'],
      [`patient ${stays}`, 'Ann'],
    ],
  );
  assert.deepEqual(
    left.map(({ told }) => told?.record?.first_name),
    [undefined, 'Ann'],
  );
  const later = await run(scene, sync);
  const [erased] = (await events(sync)).slice(2);
  assert.equal(later.records_written, 1);
  assert.ok(!JSON.stringify(erased?.told).includes('Ann'));
});

test('a thread that is posted and deleted is told as that, and its text goes', async () => {
  const scene = await makeSyncScene(app);
  const to = await connect(scene, destination);
  const { events, listen, untilTold } = hearing(app, scene);
  await listen(to);
  const bot = await makeBot(app, shortId('organization', scene.organization), 'Watcher');
  const { channelID } = resultOf(await bot.client.createChannel({ body: { name: 'general' } }));
  const ends = { from: await connectOwn(scene, 'messaging'), to, object: 'threads' };
  const sync = await makeSync(scene, ends, { schedule: 'realtime' });
  const posted = await bot.client.postThread({ body: { channelID, blocks: ['Secret'] } });
  const { threadID } = resultOf(posted);
  await untilTold(sync, 1);

  assert.ok((await bot.client.deleteThread({ body: { threadID } })).ok);
  const [first, second] = await untilTold(sync, 2);
  await until('its text is gone', async () => (await events(sync))[0]?.told === undefined);

  assert.deepEqual([first?.type, second?.type], ['record.created', 'record.deleted']);
  assert.deepEqual(second?.told, { key: { threadID }, record: null });
});

test('what the log has sealed is sealed anew when the master key is replaced', async () => {
  const scene = await makeSyncScene(app);
  const [from, to] = [await connect(scene, destination), await connect(scene, destination)];
  const { events, listen } = hearing(app, scene);
  await listen(to);
  await destination.admin.query(
    'create table sealed (id int primary key); insert into sealed values (1)',
  );
  const sync = await makeSync(scene, { from, to, object: 'sealed', table: 'sealed_copy' });
  await run(scene, sync);
  const [before] = await events(sync);
  const { keyring, secrets } = app.server.platform;

  keyring.addKey();
  await secrets.rotateSecrets([sealedEventColumn(recordEventTypes, recordEvent)]);

  const [sealed] = await events(sync);
  assert.notEqual(sealed?.data.sealed, before?.data.sealed);
  assert.deepEqual(sealed?.told, { key: { id: 1 }, record: { id: 1 } });
  assert.equal(bodyOf(await scene.client.getSync({ params: { sync } })).status, 'completed');
});
