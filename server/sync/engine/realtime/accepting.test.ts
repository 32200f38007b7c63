import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf } from '../../testing/scene.ts';
import { startFollowing } from './testing/followed.ts';

const { ask, scene, source, from, to } = await startFollowing();
const { client } = scene;
const credentials = source.credentials('postgres');
await ask.query(`create table people (id int primary key, name text);
  create table nameless (name text);
  create table silent (id int primary key); alter table silent replica identity nothing;
  create table postponed (id int primary key deferrable);
  create table fleeting (id int primary key); alter table fleeting set unlogged;
  create table parent (id int primary key); create table heir () inherits (parent);
  create view seen as select * from people;
  create role reader login; grant select on people to reader;
  create role stranger login replication; grant select on people to stranger`);

async function connectAs(more: object, config: Record<string, unknown> = {}): Promise<string> {
  const body = {
    provider: 'postgres',
    name: 'Other',
    config,
    credentials: { ...credentials, ...more },
  };
  return bodyOf(await client.createConnection({ body, query: { check: false } })).id;
}

/** What becomes of a sync in realtime: refused for a field and a reason, or made. */
async function following(object: string, connection = from, more: object = {}) {
  const made = await client.createSync({
    body: {
      name: 'Test',
      source: { connection_id: connection, object },
      destination: { connection_id: to, table: object },
      schedule: 'realtime',
      // Nothing begins.
      enabled: false,
      ...more,
    },
  });
  if (made.ok) return 'made';
  const { message, details } = made.error.error;
  return `${made.status} ${(details as { field?: string }).field}: ${message}`;
}

test('a PostgreSQL is asked whether it can tell what is to be followed', async () => {
  const field_mappings = [{ source: 'nome', destination: 'name' }];

  assert.equal(await following('people'), 'made');
  assert.match(await following('nameless'), /^400 source.object: .*no primary key/);
  assert.match(await following('silent'), /^400 source.object: .*REPLICA IDENTITY DEFAULT/);
  assert.match(await following('postponed'), /^400 source.object: .*NOT DEFERRABLE/);
  assert.match(await following('fleeting'), /^400 source.object: .*SET LOGGED/);
  assert.match(await following('parent'), /^400 source.object: .*inherit/);
  assert.match(await following('seen'), /^400 source.object: .*only tables/);
  assert.match(await following('nowhere'), /^400 source.object: .*nowhere/);
  assert.match(await following('people', from, { field_mappings }), /^400 .*no field nome/);
});

test('a user who may not replicate is refused, and so are too few connections', async () => {
  const reader = await connectAs({ user: 'reader' });
  const stranger = await connectAs({ user: 'stranger' });
  const few = await connectAs({}, { max_connections: 2 });

  assert.match(await following('people', reader), /^400 schedule: .*ALTER ROLE … REPLICATION/);
  assert.match(await following('people', stranger), /^400 source.object: .*OWNER TO/);
  assert.match(
    await following('people', few),
    /^400 source.connection_id: .*needs 3: set its config.max_connections to 3/,
  );
});

test('a sync is made where its source is away, and where only its name is changed', async () => {
  const away = await connectAs({ port: 9 });
  const body = {
    name: 'Test',
    source: { connection_id: from, object: 'people' },
    destination: { connection_id: to, table: 'changed' },
  };
  const { id: sync } = bodyOf(await client.createSync({ body: { ...body, enabled: false } }));
  const change = (more: object) => client.patchSync({ params: { sync }, body: more });

  const realtime = await change({ schedule: 'realtime' });
  const named = await change({ name: 'Other' });
  const other = await change({ source: { object: 'seen' } });

  assert.equal(await following('people', away), 'made');
  assert.deepEqual([realtime.status, named.status, other.status], [200, 200, 400]);
});
