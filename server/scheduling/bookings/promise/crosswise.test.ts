import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { countOutcomes } from '../../testing/answers.ts';
import { selectDoublePromises } from '../../testing/promises.ts';
import { makeBooking, makeSchedule, patientBody, put } from '../../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const other = await app.another();
const days = ['2031-05-07', '2031-05-08'] as const;
const at = (day: string | undefined, hour: number, minute = '00') =>
  `${day}T${String(hour).padStart(2, '0')}:${minute}:00-05:00`;
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

test('bookings that are moved crosswise between two days all get there, and patients book meanwhile', async () => {
  const scene = await makeSchedule(app);
  const there = { ...scene, client: scene.as(other.url) };
  const moves: { id: string; to: string }[] = [];
  const openings: string[] = [];
  for (const [index, day] of days.entries()) {
    for (let hour = 6; hour < 14; hour += 1) {
      const length = 30;
      const { id } = await makeBooking(scene, at(day, hour), { status: 'booked', length });
      moves.push({ id, to: at(days[1 - index], hour, '30') });
    }
    openings.push((await makeBooking(scene, at(day, 16))).id);
  }

  const answers = await Promise.all([
    ...moves.map(({ id, to }, index) => put(index % 2 ? scene : there, id, { start_datetime: to })),
    ...openings.map((id) => scene.client.createPatient({ body: patientBody(id) })),
  ] as ReturnType<typeof put>[]);

  assert.deepEqual(countOutcomes(answers), { 200: 16, 201: 2 });
  assert.deepEqual(await selectDoublePromises(scene), []);
});
