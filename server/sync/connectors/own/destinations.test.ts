import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { schedulingScopes } from '../../../../contract/scheduling/index.ts';
import { deleteReadEvents } from '../../../runtime/events/housekeeping.ts';
import { shortId } from '../../../runtime/ids.ts';
import { until } from '../../../runtime/testing/until.ts';
import { makeWorld } from '../../../scheduling/testing/world.ts';
import { startServer } from '../../../testing/server.ts';
import { bodyOf, connectOwn, makeSync, makeSyncScene, run } from '../../testing/scene.ts';

const root = await mkdtemp(join(tmpdir(), 'heddle-files-'));
const app = await startServer({ HEDDLE_FILES_DIR: root });
after(() => rm(root, { recursive: true }));
const { organization, ids } = await makeWorld(app);
const scene = await makeSyncScene(app, { organization, scopes: schedulingScopes });
const folder = join(root, shortId('organization', organization));
await mkdir(folder, { recursive: true });
const from = await connectOwn(scene, 'scheduling');

async function connectTo(provider: string, path: string) {
  const body = { provider, name: provider, config: { path }, credentials: {} };
  return bodyOf(await scene.client.createConnection({ body })).id;
}

test('patients become a CSV file', async () => {
  const to = await connectTo('files', '.');
  const ends = { from, to, object: 'patients', table: 'patients.csv' };
  const id = await makeSync(scene, ends, { mode: 'replace' });

  const done = await run(scene, id);

  assert.deepEqual([done.error, done.records_written], [null, 1]);
  const [header = '', line = ''] = (await readFile(join(folder, 'patients.csv'), 'utf8')).split(
    '\n',
  );
  assert.match(header, /^id,booking_id,first_name,last_name,email,phone,/);
  assert.match(line, /^\d+,\d+,Ada,Lovelace,ada@example\.com,\+15555551234,/);
});

test('forms become rows of SQLite as their API shows them, with answers and document', async () => {
  new DatabaseSync(join(folder, 'kept.db')).close();
  const to = await connectTo('sqlite', 'kept.db');
  const id = await makeSync(scene, { from, to, object: 'forms' }, { cursor_field: 'event' });

  const done = await run(scene, id);
  const again = await run(scene, id);

  assert.deepEqual([done.error, done.records_written, again.records_read], [null, 1, 0]);
  const kept = new DatabaseSync(join(folder, 'kept.db'));
  const [row] = kept.prepare('select appointment_guid, ipv4, json, pdf from forms').all();
  kept.close();
  assert.deepEqual([row?.appointment_guid, row?.ipv4], [ids.guid, '192.0.2.1']);
  assert.equal(JSON.parse(String(row?.json)).allergies, 'none');
  const { raw_source } = JSON.parse(String(row?.pdf));
  assert.equal(Buffer.from(raw_source, 'base64').toString(), 'pdf');
});

test('when the log has forgotten what came after a position, everything is read again', async () => {
  const to = await connectTo('files', '.');
  const ends = { from, to, object: 'bookings', table: 'bookings.csv' };
  const id = await makeSync(scene, ends, { mode: 'append', cursor_field: 'event' });
  const first = await run(scene, id);
  const { database } = app.server.platform;
  const forget = () => deleteReadEvents(database, new Date(app.clock.now().getTime() + 60_000));
  const quiet = await run(scene, id);

  await until('the log has forgotten it', async () => {
    await forget();
    const left = await database.system.reading.rows('select from platform.event');
    return left.length === 0;
  });
  const all = await run(scene, id);

  assert.deepEqual([first.error, quiet.error, all.error], [null, null, null]);
  assert.deepEqual(
    [first, quiet, all].map((one) => one.records_read),
    [2, 0, 2],
  );
});

test('a part is read again by its keys, and the position stays', async () => {
  const to = await connectTo('files', '.');
  const ends = { from, to, object: 'bookings', table: 'part.csv' };
  const id = await makeSync(scene, ends, { mode: 'append', cursor_field: 'event' });
  await run(scene, id);

  const part = await run(scene, id, { keys: [ids.booking] });
  const dated = await run(scene, id, { from: '2020-01-01' });
  const next = await run(scene, id);

  assert.deepEqual([part.error, part.records_read], [null, 1]);
  assert.match(String(dated.error), /chosen by keys/);
  assert.deepEqual([next.error, next.records_read], [null, 0]);
});
