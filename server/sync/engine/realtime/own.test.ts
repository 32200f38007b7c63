import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { schedulingScopes } from '../../../../contract/scheduling/index.ts';
import { makeBot, resultOf } from '../../../messaging/testing/scene.ts';
import { shortId } from '../../../runtime/ids.ts';
import { until } from '../../../runtime/testing/until.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../../scheduling/testing/scene.ts';
import { startServer } from '../../../testing/server.ts';
import { makeDatabase } from '../../connectors/testing/databases.ts';
import { bodyOf, connect, connectOwn, makeSync, makeSyncScene } from '../../testing/scene.ts';

const app = await startServer();
const destination = await makeDatabase();
after(() => destination.end());
const schedule = await makeSchedule(app);
const { organization } = schedule;
const scene = await makeSyncScene(app, { organization, scopes: schedulingScopes });
const from = await connectOwn(scene, 'scheduling');
const to = await connect(scene, destination);

let minutes = 0;
function nextTime(): string {
  minutes += 30;
  return new Date(app.clock.now().getTime() + minutes * 60_000).toISOString();
}

async function follow(object: string, table: string) {
  const sync = await makeSync(scene, { from, to, object, table }, { schedule: 'realtime' });
  const params = { sync };
  await until('a first round has ended', async () => {
    return bodyOf(await scene.client.getSync({ params })).last_run_at !== null;
  });
  return params;
}

const idsIn = async (table: string): Promise<string[]> => {
  const { rows } = await destination.admin.query(`select id::text as id from ${table} order by 1`);
  return rows.map(({ id }) => id);
};

test('what is made through the API is at the destination at once, found by the log of what happens', async () => {
  const params = await follow('appointments', 'appointments_kept');
  const [run] = bodyOf(await scene.client.listRuns({ params }));

  const booking = await makeBooking(schedule, nextTime());
  const { appointment_id } = await makeAppointment(schedule, booking.id);
  await until('it is there', async () => (await idsIn('appointments_kept')).length > 0);

  assert.deepEqual(await idsIn('appointments_kept'), [String(appointment_id)]);
  const shown = bodyOf(await scene.client.getSync({ params }));
  assert.equal(shown.cursor_field, 'event');
  const [later] = bodyOf(await scene.client.listRuns({ params }));
  assert.deepEqual([later?.id, later?.status], [run?.id, 'running']);
});

test('five hundred changes at once arrive, all of them', async () => {
  await follow('bookings', 'bookings_kept');
  const made = new Set<string>();

  for (let done = 0; done < 500; done += 20) {
    const some = Array.from({ length: 20 }, () => makeBooking(schedule, nextTime()));
    for (const { id } of await Promise.all(some)) made.add(String(id));
  }
  await until('all are there', async () => (await idsIn('bookings_kept')).length >= 500);

  const kept = new Set(await idsIn('bookings_kept'));
  assert.equal(made.size, 500);
  assert.deepEqual(
    [...made].filter((id) => !kept.has(id)),
    [],
  );
});

test('a thread that is deleted leaves the destination', async () => {
  const team = await makeSyncScene(app);
  const bot = await makeBot(app, shortId('organization', team.organization), 'Watcher');
  const { channelID } = resultOf(await bot.client.createChannel({ body: { name: 'general' } }));
  const table = await connect(team, destination);
  const ends = { from: await connectOwn(team, 'messaging'), to: table, object: 'threads' };
  const post = async (text: string) =>
    resultOf(await bot.client.postThread({ body: { channelID, blocks: [text] } })).threadID;
  const first = await post('First');
  await makeSync(team, ends, { schedule: 'realtime' });
  const there = async () => {
    const asked = destination.admin.query('select "threadID"::text as id from threads order by 1');
    return (await asked.catch(() => ({ rows: [] }))).rows.map(({ id }) => id);
  };
  await until('it is there', async () => (await there()).length === 1);

  assert.ok((await bot.client.deleteThread({ body: { threadID: first } })).ok);
  const second = await post('Second');
  await until('only the second is there', async () => (await there()).join() === second);

  assert.deepEqual(await there(), [second]);
});
