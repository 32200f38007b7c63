import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { endOf, heddle, heddleJson, root, start } from '../testing/heddle.ts';
import { change, connect, makeScene } from './testing/scene.ts';

const scene = await makeScene({ after });
const { environment, organization, folder } = scene;
const create = ['connection', 'create', '--organization', organization, '--name'];

type Connection = { id: string; status: string; health: { message: string } };

test('a connection is made, listed, tested, changed and deleted', async () => {
  const id = await connect(scene, 'cupboard');
  change(scene, 'drawer.db', 'select 1');

  const listed = await heddleJson<Connection[]>(['connection', 'list'], environment);
  const tested = await heddleJson<Connection>(['connection', 'test', 'cupboard'], environment);
  const changed = await heddleJson(
    ['connection', 'change', id, '--name', 'Drawer', '--config', 'path=drawer.db'],
    environment,
  );
  await heddleJson(['connection', 'delete', 'Drawer'], environment);
  const gone = await heddle(['connection', 'test', id], environment);

  assert.deepEqual(
    listed.map((one) => one.id),
    [id],
  );
  assert.equal(tested.status, 'active');
  assert.partialDeepStrictEqual(changed, {
    name: 'Drawer',
    config: { path: 'drawer.db' },
  });
  assert.match(gone.stderr, /there is no connection .*heddle connection list shows them/);
});

test('whoever deletes a connection hears which syncs are stopped with it', async () => {
  change(scene, 'held.db', 'create table one (id integer primary key)');
  await connect(scene, 'held');
  const ends = ['--from', 'held', '--to', 'held', '--table', 'one', '--into', 'two'];
  await heddleJson(['sync', 'create', ...ends, '--name', 'Ones'], environment);

  const gone = await heddle(['connection', 'delete', 'held'], environment);
  await heddle(['sync', 'delete', 'Ones'], environment);

  assert.equal(gone.code, 0);
  assert.match(gone.stdout, /^deleted; stopped with it: Ones\. /);
});

test('a connection that cannot be used is stored, and the command fails and says why', async () => {
  const args = [...create, 'Away', '--provider', 'postgres', '--url'];

  const outcome = await heddle([...args, 'postgres://u:hush@127.0.0.1:1/x', '--json'], environment);

  const { status, health } = JSON.parse(outcome.stdout) as Connection;
  assert.deepEqual([outcome.code, status], [1, 'error']);
  assert.match(health.message, /HEDDLE_ALLOW_PRIVATE_HOSTS=127\.0\.0\.1/);
  assert.match(
    outcome.stderr,
    /private address.*\. The connection is stored; mend it: bin\/heddle connection change conn_\w+ --url -\n$/,
  );
  assert.ok(!`${outcome.stdout}${outcome.stderr}`.includes('hush'));
});

test('secrets come from standard input or a file, and stay out of the answers', async () => {
  const file = join(folder, 'secret.json');
  await writeFile(file, JSON.stringify({ kind: 'bearer', token: 'from-a-file' }));
  const http = [...create, 'API', '--provider', 'http', '--config', 'base_url=https://a.example'];
  const piped = [...http, '--no-check', '--credential', 'kind=bearer', '--credential', 'token=-'];

  const command = 'printf "%s\\n" hush-hush | exec bin/heddle "$@"';
  const child = start('/bin/sh', ['-c', `cd ${root} && ${command}`, 'sh', ...piped], environment);
  const one = await endOf(child);
  const two = await heddle([...http, '--no-check', '--credentials-file', file], environment);
  const twice = await heddle([...http, '--url', '-', '--credentials-file', '-'], environment);

  assert.deepEqual([one.code, two.code], [0, 0], one.stderr + two.stderr);
  assert.ok(!`${one.stdout}${one.stderr}${two.stdout}`.match(/hush|from-a-file/));
  assert.match(twice.stderr, /Only one option can be read from standard input/);
});

test('texts of options become what the provider takes', async () => {
  const made = await heddleJson<{ config: object }>(
    [
      ...[...create, 'Sheets', '--provider', 'files', '--config', 'path=sheets'],
      ...['--config', 'header=true', '--config', 'columns.total=numeric(10,2)'],
      ...['--config', 'key=["id"]', '--no-check'],
    ],
    environment,
  );

  assert.deepEqual(made.config, {
    path: 'sheets',
    header: true,
    columns: { total: 'numeric(10,2)' },
    key: ['id'],
  });
});

test('the providers say what they take', async () => {
  const { stdout } = await heddle(['connection', 'providers'], environment);

  assert.match(stdout, /^postgres \(PostgreSQL\)\n {2}--config .*\n {2}--credential {2}url /);
  assert.match(stdout, /kind=bearer token/);
});

test('what does not fit is refused by its name', async () => {
  const wrong = await heddle([...create, 'X', '--provider', 'fax'], environment);
  const member = await heddle(
    [...create, 'X', '--provider', 'postgres', '--credential', 'pass=x'],
    environment,
  );
  const pair = await heddle([...create, 'X', '--provider', 'sqlite', '--config', 'path'], {
    ...environment,
  });
  const noJson = await heddle(
    [...create, 'X', '--provider', 'http', '--credentials-file', join(root, 'README.md')],
    environment,
  );

  assert.match(wrong.stderr, /provider: must be one of postgres/);
  assert.match(member.stderr, /credentials\.url: is required/);
  assert.deepEqual([pair.code, pair.stderr.includes('NAME=VALUE')], [2, true]);
  assert.match(noJson.stderr, /must be a JSON object/);
  assert.deepEqual([wrong.code, member.code, noJson.code], [1, 1, 1]);
});

test('a name goes to the only active connection that has it; only an id is enough to change one', async () => {
  change(scene, 'twice.db', 'create table recalls (id integer primary key)');
  const twice = [...create, 'Twice', '--provider', 'sqlite', '--config'];
  const failed = await heddle([...twice, 'path=no/such.db', '--json'], environment);
  const { id } = await heddleJson<Connection>([...twice, 'path=twice.db'], environment);
  const { id: other } = JSON.parse(failed.stdout) as Connection;

  const described = await heddleJson(['connection', 'objects', 'Twice', 'recalls'], environment);
  const near = await heddle(['connection', 'objects', 'Twice', 'recal'], environment);
  const refused = await heddle(['connection', 'delete', 'Twice'], environment);
  const changed = ['connection', 'change', other, '--config', 'path=twice.db'];
  const mended = await heddle(changed, environment);
  const both = await heddle(['connection', 'objects', 'Twice'], environment);

  assert.match(
    failed.stderr,
    new RegExp(`mend it: bin/heddle connection change ${other} --config path=no/such\\.db\\n$`),
  );
  assert.equal(described.name, 'recalls');
  assert.match(near.stderr, /Twice: .*recal.*Did you mean recalls\?/);
  assert.match(refused.stderr, /several are called Twice; name one by its id: conn_/);
  assert.ok(refused.stderr.includes(`${other} (error)`), refused.stderr);
  assert.ok(refused.stderr.includes(`${id} (active)`), refused.stderr);
  assert.equal(mended.code, 0);
  assert.match(both.stderr, /conn_\w+ \(active\), conn_\w+ \(active\)\./);
});
