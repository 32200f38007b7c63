import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmpty, dropDatabase, joinCluster, silent } from '../../testing/cluster.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { anyEvent } from '../testing/events.ts';
import { connect } from '../testing/owner.ts';
import { until } from '../testing/until.ts';
import { EventReader, publish } from './events.ts';
import { insertReader } from './store.ts';

test('nobody waits for whoever writes in another database of the same PostgreSQL', async () => {
  const app = await startServer({ HEDDLE_ROLES: 'web' });
  const { database } = app.server.platform;
  const organization = await makeOrganization(app);
  await database.system.transaction((tx) => insertReader(tx, 'alone'));
  const subjects: string[] = [];
  const reader = new EventReader('alone', database, silent, async (_, events) => {
    subjects.push(...events.map(({ subject }) => subject));
  });
  const cluster = await joinCluster();
  const elsewhere = await createEmpty(cluster);
  const writer = await connect(elsewhere);
  await writer.rows('begin');
  await writer.rows('create table lasting (id int)');
  const event = anyEvent('meanwhile');
  await database
    .of(organization)
    .transaction((tx) => publish(tx, organization, app.clock.now(), [event]));

  await until('it was read', async () => {
    await reader.readBatch();
    return subjects.length === 1;
  });
  const [open] = await writer.rows('select pg_current_xact_id_if_assigned() as number');
  await writer.end();
  await dropDatabase(cluster, elsewhere);
  await cluster.stop();

  assert.deepEqual(subjects, ['meanwhile']);
  assert.ok(open?.number);
});
