import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { until } from '../../server/runtime/testing/until.ts';
import { endOf, heddle, heddleJson, root, serve, start } from '../testing/heddle.ts';
import { change, connect, makeScene } from './testing/scene.ts';

const scene = await makeScene({ after });
const { environment, organization, folder } = scene;
await connect(scene, 'source');
await connect(scene, 'store');

type Run = { id: string; status: string; records_written: number; records_failed: number };

function fill(table: string, records: number): void {
  change(
    scene,
    'source.db',
    `create table ${table} (id integer primary key, seen timestamp);
     insert into ${table} select value, '2026-01-01 00:00:' || printf('%02d', value % 60)
     from (with recursive n(value) as (select 1 union all select value + 1 from n
           where value < ${records}) select value from n)`,
  );
}

async function makeSync(table: string, ...options: string[]): Promise<string> {
  const create = ['sync', 'create', '--from', 'source', '--to', 'store', '--table', table];
  return (await heddleJson<{ id: string }>([...create, ...options], environment)).id;
}

test('records that were set aside are listed with the reason', async () => {
  await writeFile(join(folder, 'visits.csv'), 'id,day\n1,2026-01-05\n2,soon\n');
  await heddleJson(
    [
      ...['connection', 'create', '--organization', organization, '--provider', 'files'],
      ...['--name', 'sheets', '--config', 'path=.', '--config', 'columns.day=date'],
    ],
    environment,
  );
  const create = ['sync', 'create', '--from', 'sheets', '--to', 'store', '--table', 'visits.csv'];
  await heddleJson([...create, '--key', 'id'], environment);

  const run = await heddleJson(['sync', 'run', 'visits.csv'], environment);
  const [rejected] = await heddleJson<object[]>(['sync', 'errors', 'visits.csv'], environment);
  const shown = await heddle(['sync', 'errors', 'visits.csv'], environment);
  const watched = await heddle(['sync', 'watch', 'visits.csv'], environment);
  const listed = await heddle(['sync', 'list'], environment);
  const retried = await heddleJson(['sync', 'errors', 'visits.csv', '--retry'], environment);

  assert.partialDeepStrictEqual(run, { records_written: 1, records_failed: 1 });
  assert.partialDeepStrictEqual(rejected, { field: 'day' });
  const advice = /1 record is set aside: bin\/heddle sync errors sync_\w+ says why, .*--retry/;
  assert.match(watched.stdout, advice);
  assert.match(listed.stdout, new RegExp(`^visits\\.csv: ${advice.source}`, 'm'));
  assert.match(shown.stdout, /^field {2}reason .*record\nday +\w/);
  assert.equal(retried.status, 'completed');
});

test('what a run says of itself can be read', async () => {
  fill('told', 2);
  const id = await makeSync('told');
  await heddleJson(['sync', 'run', id], environment);

  const lines = await heddleJson<{ message: string }[]>(['sync', 'log', id], environment);
  const shown = await heddle(['sync', 'log', id], environment);

  assert.ok(lines.some(({ message }) => message.startsWith('create table')));
  assert.match(shown.stdout, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}info {5}create table .*told/m);
});

test('a run that fails ends the command with what to do', async () => {
  fill('fading', 2);
  const id = await makeSync('fading');
  change(scene, 'source.db', 'drop table fading');

  const outcome = await heddle(['sync', 'run', id, '--json'], environment);
  const watched = await heddle(['sync', 'watch', id], environment);
  const listed = await heddle(['sync', 'list'], environment);

  assert.match(listed.stdout, /^fading failed: .*fading.*\. Go on, .*heddle sync resume sync_/m);
  assert.deepEqual([outcome.code, JSON.parse(outcome.stdout).status], [1, 'failed']);
  assert.match(
    watched.stderr,
    /the run failed: .*fading.*\. Go on, .* bin\/heddle sync resume sync_/,
  );
  assert.equal(watched.code, 1);
});

test('a run that is paused goes on when its deletions are accepted', async () => {
  fill('members', 20);
  const id = await makeSync('members', '--mode', 'mirror');
  await heddleJson(['sync', 'run', id], environment);
  change(scene, 'source.db', 'delete from members where id > 10');

  const paused = await heddle(['sync', 'run', id], environment);
  const again = await heddle(['sync', 'run', id], environment);
  const listed = await heddle(['sync', 'list'], environment);
  const shown = await heddle(['sync', 'show', id], environment);
  const enabled = await heddle(['sync', 'enable', id], environment);
  const resumed = await heddleJson(['sync', 'resume', id, '--accept'], environment);
  const runs = await heddleJson<Run[]>(['sync', 'runs', id], environment);

  assert.equal(paused.code, 1);
  assert.match(paused.stderr, /is paused: It would delete 10 of 20 .*resume sync_\w+ --accept/);
  assert.match(again.stderr, /The last run is paused: .*bin\/heddle sync cancel sync_/);
  assert.match(listed.stdout, /^members +paused +mirror/m);
  assert.match(
    listed.stdout,
    /^members is paused: It would delete 10 of 20 .*resume sync_\w+ --accept/m,
  );
  assert.match(shown.stdout, /^status +paused$/m);
  assert.match(enabled.stdout, /^paused; next run/);
  assert.partialDeepStrictEqual(resumed, { status: 'completed', records_deleted: 10 });
  assert.equal(runs.length, 2);
});

test('a position is seen, set, and forgotten, and its history is kept', async () => {
  fill('events', 60);
  const id = await makeSync('events', '--cursor-field', 'seen');
  const cursor = (...args: string[]) => heddleJson(['sync', 'cursor', ...args], environment);
  await heddleJson(['sync', 'run', id], environment);

  const reached = await cursor('show', id);
  await cursor('set', id, '--value', '2026-01-01 00:00:30');
  await cursor('reset', id);
  const forgotten = await cursor('show', id);
  await cursor('set', id, '--cursor', JSON.stringify(reached));
  const history = await heddleJson<object[]>(['sync', 'cursor', 'history', id], environment);
  const nothing = await heddle(['sync', 'cursor', 'set', id], environment);

  assert.ok(reached.cursor);
  assert.equal(forgotten.cursor, null);
  assert.deepEqual((await cursor('show', id)).cursor, reached.cursor);
  assert.equal(history.length, 4);
  assert.match(nothing.stderr, /--value or --cursor/);
});

test('Ctrl-C gives back a run that the command did itself, and it goes on later', async () => {
  fill('slow', 10);
  const id = await makeSync('slow');
  const lock = new DatabaseSync(join(folder, 'store.db'));
  lock.exec('begin immediate');
  const child = start(join(root, 'bin', 'heddle'), ['sync', 'run', id], environment);
  const outcome = { code: null, stdout: '', stderr: '' };
  const ended = endOf(child, outcome);
  await until('the run is under way', () => outcome.stdout.includes('running'));

  child.kill('SIGINT');
  await ended;
  lock.exec('rollback');
  lock.close();
  const [left] = await heddleJson<Run[]>(['sync', 'runs', id], environment);
  const said = await heddle(['sync', 'log', id], environment);
  const run = await heddleJson<Run>(['sync', 'run', id], environment);

  assert.equal(outcome.code, 1);
  assert.match(outcome.stderr, /the run is not over/);
  assert.equal(left?.status, 'queued');
  assert.match(
    said.stdout,
    /warning {2}The run is given back, and goes on when somebody takes it up\./,
  );
  assert.partialDeepStrictEqual(run, { id: left?.id, status: 'completed', records_written: 10 });
});

test('a server does the run, and whoever watches sees it end', async () => {
  fill('served', 10);
  const id = await makeSync('served');
  const server = await serve(environment);

  const begun = await heddleJson<Run>(['sync', 'run', id], environment);
  const watched = await heddleJson<Run>(['sync', 'watch', id], environment);
  const full = await heddle(['sync', 'run', id, '--full-refresh', '--watch'], environment);
  server.signal('SIGTERM');
  await server.ended;

  assert.equal(begun.status, 'queued');
  assert.partialDeepStrictEqual(watched, { id: begun.id, status: 'completed' });
  assert.match(full.stdout, /completed after [\d.]+ s: 10 read/);
  assert.ok(!full.stderr.includes('No server'));
});
