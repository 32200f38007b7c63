import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrateDatabase } from '../../main.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../scheduling/testing/scene.ts';
import { silent } from '../../testing/cluster.ts';
import { startServer } from '../../testing/server.ts';
import { asOwner } from '../testing/owner.ts';
import { Connections } from './connections.ts';
import { lend } from './lending.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const scene = await makeSchedule(app);
const name = 'database' in app.address ? app.address.database : '';
const asked = `select current_setting('transaction_isolation') as level`;

/** As what a library is lent runs, in a transaction of its own and without one. */
async function lentLevels() {
  const options = { role: 'heddle_system', name: 'lent', max: 1 } as const;
  const lending = lend(new Connections(app.address, options, silent));
  const loan = await lending.connect();
  const { rows: alone } = await loan.query(asked);
  await loan.query('begin');
  const { rows: within } = await loan.query(asked);
  await loan.query('commit');
  loan.release();
  await lending.end();
  return [...alone, ...within];
}

for (const [day, level] of ['repeatable read', 'serializable'].entries()) {
  test(`where transactions are ${level} unless they say otherwise, ours say so`, async () => {
    const setting = `alter database ${name} set default_transaction_isolation = '${level}'`;
    await asOwner(app.address, setting);
    const { url, server } = await app.another();
    const { database } = server.platform;

    const read = await database.of(scene.organization).reading.rows(asked);
    const written = await database.system.transaction((tx) => tx.rows(asked));
    const lent = await lentLevels();
    const migrated = await migrateDatabase(app.address, silent);
    const at = { ...scene, client: scene.as(url) };
    const { id } = await makeBooking(at, `2040-03-0${day + 1}T09:00:00-06:00`);
    const { appointment_guid } = await makeAppointment(at, id);

    for (const one of [...read, ...written, ...lent]) {
      assert.deepEqual(one, { level: 'read committed' });
    }
    assert.deepEqual(migrated, []);
    assert.ok(appointment_guid);
  });
}
