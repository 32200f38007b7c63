import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteMails, insertMails } from '../platform/mail/store.ts';
import {
  selectAppointmentCount,
  selectPracticesOf,
  selectSeriesIds,
  selectUnclaimed,
  updateOwner,
} from '../scheduling/bookings/leaving/store.ts';
import {
  lockAppointmentsOf,
  selectAppointmentsOf,
  selectNamesakes,
} from '../scheduling/patients/erasure/store.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../scheduling/testing/scene.ts';
import { recording, widelyRead } from '../testing/plans.ts';
import { startServer } from '../testing/server.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const columns = ['consumer_id', 'doctor_id', 'location_id'] as const;

test('to erase a patient, withdraw offers or hand them over, nothing that others have is read', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, '2040-01-02T09:00:00-06:00', { recurring: true });
  const { patient_id } = await makeAppointment(scene, id);
  const { organization } = scene;
  const { database } = app.server.platform;
  const mail = { key: 'three', recipient: 'ada@mail.example', subject: '', body: '' };
  await database
    .of(organization)
    .transaction((tx) => insertMails(tx, organization, [mail], app.clock.now()));
  const texts = new Set<string>();
  const asked = { after: 0, limit: 1, now: app.clock.now() };

  await recording(database.system, texts).transaction(async (tx) => {
    await selectAppointmentsOf(tx, organization, patient_id);
    await lockAppointmentsOf(tx, organization, patient_id);
    await selectNamesakes(tx, organization, patient_id);
    await deleteMails(tx, organization, { topics: ['one'], keys: ['two'] });
    for (const column of columns) {
      await selectUnclaimed(tx, organization, { ...asked, whose: { column, id: 1 } });
      await selectSeriesIds(tx, organization, { column, id: 1 }, 1);
    }
    for (const what of ['bookings', 'appointments', 'series'] as const) {
      await updateOwner(tx, organization, what, { ...asked, from: 1, to: 1 });
    }
    await selectPracticesOf(tx, organization, 1, asked.now);
    await selectAppointmentCount(tx, organization, 1, asked.now);
  });

  assert.equal(texts.size, 9 + 2 * columns.length);
  for (const text of texts) {
    assert.deepEqual(await widelyRead(app.address, text, 'heddle_system'), [], text);
  }
});
