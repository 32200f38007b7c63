import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { makeFolder } from '../files/testing/folder.ts';
import { GuardedOutside } from '../outside.ts';
import { followRequest } from '../testing/follower.ts';
import { sqlite } from './index.ts';
import { Link } from './link.ts';
import { write } from './write.ts';

const { folder, outside } = await makeFolder();
const open = (path: string) => sqlite.open({ config: { path }, credentials: {} }, outside);
const children = () =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').length;

test('a database that cannot be opened keeps no process', async () => {
  await mkdir(join(folder, 'a-folder'));
  const session = await open('a-folder');
  await assert.rejects(session.describe('anything'));
  const before = children();

  for (let nth = 0; nth < 5; nth += 1) await assert.rejects(session.describe('anything'));

  await until('they have ended', async () => children() <= before);
  await session.close();
});

test('a look at a database that is not there says so, and makes none', async () => {
  const session = await open('mistyped.db');

  const { warnings } = await session.check();
  await session.close();

  assert.match(warnings.join(), /no file mistyped\.db yet/);
  assert.ok(!existsSync(join(folder, 'mistyped.db')));
});

test('a commit of followed changes has reached the disk, folder and all', async () => {
  const followed = await Link.open(join(folder, 'followed.db'), false);
  const ordinary = await Link.open(join(folder, 'ordinary.db'), false);
  const request = followRequest({ object: 'kept' });

  await (await write(followed, request)).position();
  await (await write(ordinary, { ...request, isFollowing: false })).position();

  const modes = [followed, ordinary].map((link) => link.all('pragma synchronous'));
  assert.deepEqual(await Promise.all(modes), [[[3n]], [[2n]]]);
  await Promise.all([followed.close(), ordinary.close()]);
});

test('a statement without an end ends with whoever asked for it', async () => {
  const path = join(folder, 'endless.db');
  const database = new DatabaseSync(path);
  database.exec(`create view endless as with recursive numbers(n) as
    (select 1 union all select n + 1 from numbers) select count(*) as n from numbers`);
  database.close();
  const query = 'select n from endless';
  const request = { query, key: [], batchBytes: 1_000, batchRows: 10 };
  const before = children();

  const reading = new AbortController();
  const session = await open('endless.db');
  const { batches } = await session.read({ ...request, signal: reading.signal });
  const read = batches[Symbol.asyncIterator]().next();
  reading.abort();
  await assert.rejects(read, /SQLite has ended/);
  await session.close();
  const limit = AbortSignal.timeout(300);
  const limited = await sqlite.open(
    { config: { path: 'endless.db' }, credentials: {} },
    new GuardedOutside({ allowPrivateHosts: ['1'], folder, signal: limit }),
  );
  await assert.rejects(limited.query({ object: 'endless', limit: 1 }), /SQLite has ended/);
  await limited.close();

  await until('their processes have ended', () => children() <= before);
});
