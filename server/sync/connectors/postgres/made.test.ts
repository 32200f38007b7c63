import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Field } from '../connector.ts';
import { makeDatabase, rowsOf } from '../testing/databases.ts';
import { openOutside } from '../testing/outside.ts';
import { postgres } from './index.ts';

const destination = await makeDatabase();
after(() => destination.end());
const to = await destination.open();

test('a key that PostgreSQL makes is answered to its record, whatever others are refused or left out', async () => {
  await destination.admin.query(`create table made (id bigserial primary key, d numeric(6,2));
    create function leave_out() returns trigger language plpgsql as
      'begin return case when new.d = 7 then null else new end; end';
    create trigger leave_out before insert on made for each row execute function leave_out()`);
  const { fields } = await to.describe('made');
  const given = {
    ...(fields[1] as Field),
    nativeType: 'numeric',
    type: { kind: 'numeric' } as const,
  };
  const insert = (...cells: string[]) => {
    const rows = cells.map((cell) => [cell]);
    const request = { object: 'made', key: ['id'], fields: [given], rows };
    return to.apply({ ...request, operation: 'insert' });
  };

  const rounded = await insert('1', '1.234', '2', '1e9', '3');
  const [leftOut] = await insert('7');

  const kept = rounded.filter(({ error }) => !error).map(({ id }, at) => `(${id},${at + 1}.00)`);
  assert.deepEqual(
    rounded.map(({ id, error }) => [id !== undefined, error !== undefined]),
    [false, true, false, true, false].map((isRefused) => [!isRefused, isRefused]),
  );
  assert.deepEqual((await rowsOf(destination, 'made')).sort(), kept.sort());
  assert.deepEqual(leftOut, {});
});

test('whoever may insert and not read inserts, and is not told the key', async () => {
  const { admin, credentials } = destination;
  const role = `${credentials.database}_writer`;
  await admin.query(`create table blind (id serial primary key, name text);
    create role ${role} login; grant insert on blind to ${role};
    grant usage on sequence blind_id_seq to ${role}`);
  const { fields } = await to.describe('blind');
  const outside = openOutside();
  const writer = await postgres.open(
    { config: {}, credentials: { ...credentials, user: role } },
    outside,
  );

  const request = { object: 'blind', key: ['id'], fields: fields.slice(1), rows: [['a']] };
  const inserted = await writer.apply({ ...request, operation: 'insert' });
  await writer.close();
  await outside.end();

  assert.deepEqual(inserted, [{}]);
  assert.deepEqual(await rowsOf(destination, 'blind'), ['(1,a)']);
  await admin.query(`drop owned by ${role}; drop role ${role}`);
});

test('where a user may not ask how far the log is, nothing is said of it, and nothing fails', async () => {
  const { admin, credentials } = destination;
  const role = `${credentials.database}_asking`;
  const told = await to.now?.();
  await admin.query(`create role ${role} login;
    revoke execute on function pg_current_wal_insert_lsn() from public`);
  const outside = openOutside();
  const asking = await postgres.open(
    { config: {}, credentials: { ...credentials, user: role } },
    outside,
  );

  const untold = await asking.now?.();
  await asking.close();
  await outside.end();

  assert.equal(untold, undefined);
  assert.equal(typeof told, 'string');
  await admin.query(`drop role ${role}`);
});
