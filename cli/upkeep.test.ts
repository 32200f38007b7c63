import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { asOwner } from '../server/runtime/testing/owner.ts';
import { makeDatabase } from './testing/database.ts';
import { makeFolder } from './testing/folder.ts';
import { complaintOf, heddle, heddleJson, launch, onlyDocument } from './testing/heddle.ts';
import { makeOrganization } from './testing/practice.ts';

const database = await makeDatabase({ after });
const environment = {
  DATABASE_URL: database.url,
  HEDDLE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  HEDDLE_PORT: '0',
};
await makeOrganization(environment);

type Diagnosis = { ok: boolean; checks: { check: string; ok: boolean; detail: string }[] };

const migrations = () =>
  asOwner<{ name: string }>(database.address, 'select name from platform.migration order by name');

describe('where the schema is older than the version', async () => {
  const last = (await migrations()).at(-1)?.name as string;
  await asOwner(database.address, 'delete from platform.migration where name = $1', [last]);
  const before = await migrations();
  const commands = [
    ['organization', 'create', '--name', 'Theirs'],
    ['maintenance', 'on'],
    ['secrets', 'rotate'],
    ['demo'],
    ['serve', '--no-migrate'],
  ];

  for (const command of commands) {
    test(`heddle ${command.join(' ')} is refused, and changes nothing`, async () => {
      const outcome = await heddle(command, environment);

      assert.equal(outcome.code, 1);
      assert.match(complaintOf(outcome), new RegExp(`lacks ${last}.*run bin/heddle migrate`));
      assert.deepEqual(await migrations(), before);
    });
  }

  test('the doctor reports it, and changes nothing', async () => {
    const outcome = await heddle(['doctor', '--json'], environment);

    const { ok, checks } = onlyDocument(outcome) as Diagnosis;
    const found = checks.find(({ check }) => check === 'migrations');
    assert.deepEqual([outcome.code, ok], [1, false]);
    assert.deepEqual(found, {
      check: 'migrations',
      ok: false,
      detail: `run heddle migrate: ${last}`,
    });
    assert.deepEqual(await migrations(), before);
  });
});

describe('an empty database of somebody else', async () => {
  const empty = await makeDatabase({ after }, { isEmpty: true });
  const theirs = { ...environment, DATABASE_URL: empty.url };
  const tables = () =>
    asOwner(empty.address, `select from pg_tables where schemaname !~ '^(pg_|information_schema)'`);

  for (const command of [['organization', 'create', '--name', 'Theirs'], ['adopt'], ['demo']]) {
    test(`is refused by heddle ${command.join(' ')}, and stays empty`, async () => {
      const outcome = await heddle(command, theirs);

      assert.equal(outcome.code, 1);
      assert.match(
        complaintOf(outcome),
        /has no tables of Heddle yet: run bin\/heddle migrate first/,
      );
      assert.deepEqual(await tables(), []);
    });
  }

  test('is reported by the doctor, and stays empty', async () => {
    const outcome = await heddle(['doctor', '--json'], theirs);

    const { ok, checks } = onlyDocument(outcome) as Diagnosis;
    assert.deepEqual([outcome.code, ok], [1, false]);
    assert.deepEqual(
      checks.filter((check) => !check.ok),
      [
        {
          check: 'migrations',
          ok: false,
          detail: 'run heddle migrate: the database is empty',
        },
      ],
    );
    assert.deepEqual(await tables(), []);
  });

  test('is made by heddle migrate', async () => {
    const outcome = await heddle(['migrate'], theirs);

    assert.equal(outcome.code, 0, outcome.stderr);
    assert.notEqual((await tables()).length, 0);
  });
});

test('the embedded database is made by any command', async (t) => {
  const HEDDLE_DATA = await makeFolder(t);
  const create = ['organization', 'create', '--name', 'First', '--json'];

  const made = onlyDocument(await launch(create, { HEDDLE_DATA })) as { name: string };
  const doctor = await heddleJson<{ ok: boolean }>(['doctor'], { HEDDLE_DATA });

  assert.equal(made.name, 'First');
  assert.equal(doctor.ok, true);
});
