import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makeDatabase } from './testing/database.ts';
import { heddle, heddleJson } from './testing/heddle.ts';
import { makeOrganization } from './testing/practice.ts';

const database = await makeDatabase({ after });
const settled = {
  DATABASE_URL: database.url,
  HEDDLE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
};

test('an organization is made with an id and its name', async () => {
  const made = await heddleJson(['organization', 'create', '--name', 'Größe & Söhne'], settled);

  assert.deepEqual(Object.keys(made), ['id', 'name']);
  assert.equal(made.name, 'Größe & Söhne');
});

test('organizations are listed with their ids, by name', async () => {
  const made = [];
  for (const name of ['List of Zoe', 'List of Ada']) {
    made.push(await heddleJson(['organization', 'create', '--name', name], settled));
  }

  const listed = await heddleJson<{ name: string }[]>(['organization', 'list'], settled);

  const ours = listed.filter(({ name }) => name.startsWith('List of'));
  assert.deepEqual(ours, made.toReversed());
});

test('the quota of an organization is set, shown and taken away', async () => {
  const id = await makeOrganization(settled);
  const quota = (...more: string[]) =>
    heddleJson(['organization', 'quota', '--organization', id, ...more], settled);

  const before = await quota();
  const set = await quota('--mb', '500');
  const none = await quota('--none');
  const wrong = await heddle(
    ['organization', 'quota', '--organization', id, '--mb', 'much'],
    settled,
  );

  assert.deepEqual(before, { id, bytes: 0, bytes_max: null });
  assert.deepEqual(set, { id, bytes: 0, bytes_max: 524_288_000 });
  assert.deepEqual(none, before);
  assert.equal(wrong.code, 2);
});
