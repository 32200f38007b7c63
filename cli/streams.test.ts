import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeDatabase } from './testing/database.ts';
import { makeFolder } from './testing/folder.ts';
import { endAll, endOf, launch, root, start } from './testing/heddle.ts';

const environment = { HEDDLE_DATA: await makeFolder({ after }) };
after(endAll);

/** A command whose output nobody reads: what it wrote to standard error, and its exit code. */
async function unread(database: string, args: string[]) {
  const child = start(join(root, 'bin', 'heddle'), args, {
    ...environment,
    DATABASE_URL: database,
  });
  child.stdout?.destroy();
  const { code, stderr } = await endOf(child);
  return { code, stderr };
}

test('a command whose output nobody reads any more ends quietly, with the code of its work', async () => {
  const { url } = await makeDatabase({ after });

  const good = await unread(url, ['connection', 'providers']);
  const bad = await unread(url, ['sync', 'run', 'nowhere', '--json']);
  const help = await unread(url, ['sync', 'create', '--help']);

  assert.deepEqual(good, { code: 0, stderr: '' });
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /^heddle: .*there is no sync nowhere[^\n]*\n$/);
  assert.deepEqual(help, { code: 0, stderr: '' });
});

test('a command that is no server logs nothing on standard error, unless it is asked', async () => {
  const first = await launch(['migrate'], environment);
  const second = await launch(['organization', 'create', '--name', 'A'], environment);
  const asked = await launch(['migrate'], { ...environment, LOG_LEVEL: 'debug' });

  assert.deepEqual([first.code, second.code, asked.code], [0, 0, 0]);
  assert.deepEqual([first.stderr, second.stderr], ['', '']);
  assert.match(asked.stderr, /^\{.*PostgreSQL has stopped/m);
});
