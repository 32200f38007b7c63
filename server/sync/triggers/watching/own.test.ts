import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schedulingScopes } from '../../../../contract/scheduling/index.ts';
import { makeBot, resultOf } from '../../../messaging/testing/scene.ts';
import { shortId } from '../../../runtime/ids.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../../scheduling/testing/scene.ts';
import { startServer } from '../../../testing/server.ts';
import { runnersOf } from '../../testing/runners.ts';
import { connectOwn, makeSyncScene } from '../../testing/scene.ts';
import { watchingBy } from './testing/watched.ts';

const app = await startServer();
const schedule = await makeSchedule(app);
const { organization } = schedule;
const scene = await makeSyncScene(app, { organization, scopes: schedulingScopes });
const connection_id = await connectOwn(scene, 'scheduling');
const { make } = watchingBy(app, scene);

let minutes = 0;
function nextTime(): string {
  minutes += 240;
  return new Date(app.clock.now().getTime() + minutes * 60_000).toISOString();
}

async function appoint(): Promise<string> {
  const booking = await makeBooking(schedule, nextTime());
  const { appointment_id } = await makeAppointment(schedule, booking.id);
  return String(appointment_id);
}

test('an appointment fires at once, with whom it is about', async () => {
  await appoint();
  const created = await make({ type: 'record_created', connection_id, object: 'appointments' });
  assert.equal(created.made.status, 'active');

  const id = await appoint();
  const [fired, ...more] = await created.untilFired(1);

  assert.deepEqual(more, []);
  assert.partialDeepStrictEqual(fired?.record, { id });
  assert.match(String(fired?.subject), /^patient /);
});

test('each appointment fires once, whoever is killed meanwhile', async () => {
  const created = await make({ type: 'record_created', connection_id, object: 'appointments' });
  const made = new Set<string>();

  for (let round = 0; round < 3; round += 1) {
    for (let count = 0; count < 5; count += 1) made.add(await appoint());
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
    made.add(await appoint());
    await created.untilFired(made.size);
  }

  const ids = (await created.fired()).map(({ record }) => String((record as { id: unknown }).id));
  assert.deepEqual(ids.sort(), [...made].sort());
});

test('a thread that is deleted fires, with its key', async () => {
  const team = await makeSyncScene(app);
  const bot = await makeBot(app, shortId('organization', team.organization), 'Watcher');
  const { channelID } = resultOf(await bot.client.createChannel({ body: { name: 'general' } }));
  const post = async (text: string) =>
    resultOf(await bot.client.postThread({ body: { channelID, blocks: [text] } })).threadID;
  const before = await post('Before');
  const of = { connection_id: await connectOwn(team, 'messaging'), object: 'threads' };
  const watched = watchingBy(app, team);
  const deleted = await watched.make({ type: 'record_deleted', ...of });
  const created = await watched.make({ type: 'record_created', ...of });

  const threadID = await post('After');
  await created.untilFired(1);
  for (const one of [before, threadID]) {
    assert.ok((await bot.client.deleteThread({ body: { threadID: one } })).ok);
  }
  const gone = await deleted.untilFired(2);

  const ids = gone.map(({ record }) => record);
  assert.deepEqual(
    ids.map((one) => JSON.stringify(one)).sort(),
    [...[before, threadID].map((id) => JSON.stringify({ threadID: id }))].sort(),
  );
  assert.equal((await created.fired()).length, 1);
});
