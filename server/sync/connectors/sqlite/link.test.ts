import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { makeFolder } from '../files/testing/folder.ts';
import { sqlite } from './index.ts';

const { folder, outside } = await makeFolder();
const open = (path: string) => sqlite.open({ config: { path }, credentials: {} }, outside);
const threads = () => readdirSync('/proc/self/task').length;

test('a database that cannot be opened keeps no thread', async () => {
  await mkdir(join(folder, 'a-folder'));
  const session = await open('a-folder');
  await assert.rejects(session.describe('anything'));
  const before = threads();

  for (let nth = 0; nth < 5; nth += 1) await assert.rejects(session.describe('anything'));

  await until('they have ended', async () => threads() <= before);
  await session.close();
});

test('a look at a database that is not there says so, and makes none', async () => {
  const session = await open('mistyped.db');

  const { warnings } = await session.check();
  await session.close();

  assert.match(warnings.join(), /no file mistyped\.db yet/);
  assert.ok(!existsSync(join(folder, 'mistyped.db')));
});
