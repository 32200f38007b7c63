import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { complete } from '../testing/burst.ts';
import { makeAppointment, makeBooking, makeSchedule, type Scene } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { database } = app.server.platform;
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

async function ask({ client }: Scene, since: string) {
  const answer = await client.listFormGuids({ query: { since } });
  if (!answer.ok) assert.fail(answer.error.message);
  const { appointment_guids: guids } = answer.body;
  return { guids, next: answer.headers.get('x-next-since') as string };
}

async function completeOne(scene: Scene, day: number): Promise<string> {
  const { id } = await makeBooking(scene, daysAgo(-day));
  const { appointment_id, appointment_guid } = await makeAppointment(scene, id);
  await complete({ ...scene, database }, appointment_id);
  return appointment_guid;
}

test('from X-Next-Since on exactly what was completed since is listed', async () => {
  const scene = await makeSchedule(app);
  const first = await completeOne(scene, 1);
  const before = await ask(scene, daysAgo(20));
  const second = await completeOne(scene, 2);

  const after = await ask(scene, before.next);
  const end = await ask(scene, after.next);

  assert.deepEqual([before.guids, after.guids, end.guids], [[first], [second], []]);
});

test('where nothing ever happens, X-Next-Since stays within what may be asked', async () => {
  const scene = await makeSchedule(app);

  const { next } = await ask(scene, daysAgo(29));

  assert.ok(next > daysAgo(8) && next < daysAgo(6), next);
});

test('X-Next-Since is never before what was asked', async () => {
  const scene = await makeSchedule(app);
  await completeOne(scene, 1);
  const ahead = daysAgo(-10);

  const { guids, next } = await ask(scene, ahead);

  assert.deepEqual([guids, next], [[], ahead]);
});
