import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { startBetween } from '../testing/started.ts';

const { scene, from: postgres, to, folder } = await startBetween();
const source = new DatabaseSync(join(folder, 'source.db'));
after(() => source.close());
source.exec('create table people (id integer primary key, at integer)');

async function connectTo(provider: string, config: object): Promise<string> {
  const body = {
    provider,
    name: provider,
    config: config as Record<string, unknown>,
    credentials: {},
  };
  const made = await scene.client.createConnection({ body });
  assert.ok(made.ok);
  return made.body.id;
}

const sqlite = await connectTo('sqlite', { path: 'source.db' });
const files = await connectTo('files', { path: '.' });

/** Of a sync in realtime: which field was refused, and what to do. */
async function refusal(ends: { from: string; to?: string; query?: string }, more: object = {}) {
  const table = ends.to === files ? 'people.csv' : 'people';
  const made = await scene.client.createSync({
    body: {
      name: 'Test',
      source: {
        connection_id: ends.from,
        ...(ends.query ? { query: ends.query } : { object: 'people' }),
      },
      destination: { connection_id: ends.to ?? to, table },
      schedule: 'realtime',
      ...more,
    },
  });
  if (made.ok) return 'made';
  const { message, details } = made.error.error;
  return `${made.status} ${(details as { field?: string }).field}: ${message}`;
}

test('what cannot be followed is refused with what to do', async () => {
  const query = 'select * from people';

  assert.match(await refusal({ from: postgres, query }), /^400 source.query: .*name an object/);
  assert.match(await refusal({ from: sqlite, query }), /^400 source.query: .*name an object/);
  assert.match(
    await refusal({ from: postgres, to: files }),
    /^400 destination.connection_id: .*new records only.*another destination, or a cron/,
  );
  for (const mode of ['append', 'replace']) {
    assert.match(await refusal({ from: postgres }, { mode }), /^400 mode: .*upsert or mirror/);
  }
  assert.match(
    await refusal({ from: postgres }, { cursor_field: 'at' }),
    /^400 cursor_field: .*make a sync without it/,
  );
  for (const mode of ['mirror', 'replace']) {
    assert.match(
      await refusal({ from: sqlite }, { mode }),
      /^400 mode: .*everything every few seconds.*or a cron pattern/,
    );
  }
  assert.match(await refusal({ from: sqlite }), /^400 cursor_field: .*name a field that grows/);
});

test('every system that can be read can be followed', async () => {
  const providers = await scene.client.listProviders({});

  assert.ok(providers.ok);
  assert.deepEqual(
    providers.body.filter(({ capabilities }) => capabilities.read !== capabilities.realtime),
    [],
  );
  assert.equal(await refusal({ from: sqlite }, { cursor_field: 'at' }), 'made');
});
