import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { accepted } from '../testing/answers.ts';
import { makeAppointment, makeBooking, makeSchedule, put } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

test('appointment and patient follow a booking that gets longer and takes place elsewhere', async () => {
  const timezone = 'America/Chicago';
  const locations = ['Main', 'Annex'].map((name) => ({ name, timezone }));
  const scene = await makeSchedule(app, { locations });
  const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
  const { appointment_id } = await makeAppointment(scene, id);

  accepted(await put(scene, id, { length: 90, location_id: scene.annex.id }));

  const params = { id: scene.practice.id };
  const [patient] = accepted(await scene.client.listPatients({ params }));
  assert.equal(patient?.location_id, scene.annex.id);
  const [row] = await app.server.platform.database.system.reading.rows<{ ends_at: Date }>(
    'select ends_at from scheduling.appointment where organization_id = $1 and id = $2',
    [scene.organization, appointment_id],
  );
  assert.equal(row?.ends_at.toISOString(), '2031-05-07T15:30:00.000Z');
});
