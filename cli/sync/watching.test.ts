import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { relayTo } from '../../server/runtime/testing/relay.ts';
import { until } from '../../server/runtime/testing/until.ts';
import { endOf, heddle, heddleJson, type Outcome, root, serve, start } from '../testing/heddle.ts';
import { change, connect, makeScene } from './testing/scene.ts';

const scene = await makeScene({ after });
const { environment, folder } = scene;
const { DATABASE_URL: databaseUrl = '' } = environment;
await connect(scene, 'source');
await connect(scene, 'store');
change(
  scene,
  'source.db',
  `create table visits (id integer primary key);
   insert into visits values (1), (2), (3)`,
);
const create = ['sync', 'create', '--from', 'source', '--to', 'store', '--table', 'visits'];
const { id } = await heddleJson<{ id: string }>(create, environment);

/** Holds the destination, so that a run lasts as long as it should. */
function hold(): () => void {
  const lock = new DatabaseSync(join(folder, 'store.db'));
  lock.exec('begin immediate');
  return () => {
    lock.exec('rollback');
    lock.close();
  };
}

function watch(DATABASE_URL: string, sync = id) {
  const child = start(join(root, 'bin', 'heddle'), ['sync', 'watch', sync], {
    ...environment,
    DATABASE_URL,
  });
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  return { child, outcome, ended: endOf(child, outcome) };
}

/** The database of the scene, at the other end of something that can be cut. */
async function relay() {
  const url = new URL(databaseUrl.replace('@/', '@localhost/'));
  const [host, port] = ['host', 'port'].map((name) => url.searchParams.get(name));
  const made = await relayTo(join(host ?? '', `.s.PGSQL.${port}`));
  return { ...made, url: `postgres://${url.username}@127.0.0.1:${made.port}${url.pathname}` };
}

test('whoever watches waits for a database that is gone, and sees the run end', async () => {
  const server = await serve(environment);
  const release = hold();
  await heddleJson(['sync', 'run', id], environment);
  const way = await relay();
  const [patient, impatient] = [watch(way.url), watch(way.url)];
  const both = [patient, impatient];
  await until('both see it', () => both.every(({ outcome }) => outcome.stdout.includes('running')));

  way.cut();
  await until('both wait', () => both.every(({ outcome }) => outcome.stdout.includes('waiting')));
  impatient.child.kill('SIGINT');
  await impatient.ended;
  way.mend();
  release();
  await patient.ended;
  server.signal('SIGTERM');
  await server.ended;
  await way.close();

  assert.equal(impatient.outcome.code, 1);
  assert.match(
    impatient.outcome.stderr,
    /the run is not over, and goes on by itself: bin\/heddle sync watch sync_\w+ shows it/,
  );
  assert.match(patient.outcome.stdout, /The database cannot be reached; waiting for it/);
  assert.match(patient.outcome.stdout, /completed after .*: 3 read, 3 written\n$/);
  assert.equal(patient.outcome.code, 0);
});

test('whoever watches a run that nobody does learns what it waits for', async () => {
  const server = await serve(environment);
  const release = hold();
  await heddleJson(['sync', 'run', id, '--full-refresh'], environment);
  server.signal('SIGTERM');
  await server.ended;
  const { child, outcome, ended } = watch(databaseUrl);
  await until('it is said', () => outcome.stdout.includes('waits for a server'));

  child.kill('SIGINT');
  await ended;
  release();
  const run = await heddleJson(['sync', 'run', id], environment);

  assert.equal(outcome.code, 1);
  assert.match(
    outcome.stderr,
    /is not over, and waits for a server, or for bin\/heddle sync run sync_/,
  );
  assert.equal(run.status, 'completed');
});

test('one that goes on in realtime is watched by how far behind it is', async () => {
  const realtime = ['--name', 'Followed', '--into', 'followed', '--schedule', 'realtime'];
  const made = await heddle([...create, ...realtime, '--cursor-field', 'id'], environment);
  const server = await serve(environment);
  const { child, outcome, ended } = watch(databaseUrl, 'Followed');
  await until('it follows', () => /^running .* 3 records .* behind$/m.test(outcome.stdout));

  child.kill('SIGINT');
  await ended;
  await heddle(['sync', 'cancel', 'Followed'], environment);
  const isAtRest = async () =>
    (await heddleJson<{ status: string }>(['sync', 'show', 'Followed'], environment)).status ===
    'stopped';
  await until('it rests', isAtRest);
  server.signal('SIGTERM');
  await server.ended;

  assert.match(made.stdout, /Next: bin\/heddle sync watch sync_\w+\n +bin\/heddle sync list\n$/);
  assert.match(outcome.stderr, /is not over, and goes on by itself/);
});
