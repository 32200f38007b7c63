import assert from 'node:assert/strict';
import { test } from 'node:test';
import { personal, type Ways } from '../../platform/personal.ts';
import { products } from '../../products.ts';
import { asOwner, connect } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { erasePatient } from '../../scheduling/operator/index.ts';
import { accepted } from '../../scheduling/testing/answers.ts';
import { complete } from '../../scheduling/testing/burst.ts';
import { readOutbox } from '../../scheduling/testing/mails.ts';
import {
  makeAppointment,
  makeBooking,
  makeSchedule,
  type Scene,
} from '../../scheduling/testing/scene.ts';
import { startServer } from '../../testing/server.ts';

const ways: Ways = Object.assign({}, personal, ...products.map((one) => one.personal));
const app = await startServer();
const secret = {
  first_name: 'Xanthippe',
  last_name: 'Quirinus',
  email: 'xanthippe@quirinus.example',
  phone: '+1 217 555 0142 ext. 77',
  zip_code: 'XQ9 9QX',
  guardian_name: 'Ermintrude Quirinus',
  message: 'Overbite since infancy.',
  dob: '2014-03-09',
};
const words = 'xanthippe|quirinus|ermintrude|overbite|xq9 9qx|12175550142|217 555 0142|2014-03-09';

/** Tables of the whole database that have one of the words in any column of a row. */
async function tablesWith(pattern: string): Promise<string[]> {
  const tables = await asOwner<{ name: string }>(
    app.address,
    `select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await asOwner(app.address, `select from ${name} t where t::text ~* $1 limit 1`, [
      pattern,
    ]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

async function makePatient(scene: Scene, days: number) {
  const start = new Date(Date.now() + days * 86_400_000).toISOString();
  const { id } = await makeBooking(scene, start);
  return makeAppointment(scene, id, secret);
}

test('every column that can hold words says how they leave', async () => {
  const columns = await asOwner<{ table: string; column: string; words: boolean }>(
    app.address,
    `select n.nspname || '.' || c.relname as table, a.attname as column,
       t.typcategory = 'S' or t.typname in ('jsonb', 'json', 'bytea', 'date', 'tsvector', 'inet',
         '_text', '_jsonb', '_bytea') as words
     from pg_catalog.pg_attribute a
     join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     join pg_catalog.pg_type t on t.oid = a.atttypid
     where n.nspname !~ '^(pg_|pgboss$|information_schema$)' and a.attnum > 0
       and not a.attisdropped`,
  );
  const wayless = columns.filter(({ table, column, words: holdsWords }) => {
    const way = ways[table];
    return typeof way === 'object' ? holdsWords && !way[column] : !way;
  });
  const known = new Set(columns.flatMap(({ table, column }) => [table, `${table}.${column}`]));
  const named = Object.entries(ways).flatMap(([table, way]) =>
    typeof way === 'object' ? Object.keys(way).map((column) => `${table}.${column}`) : [table],
  );

  assert.deepEqual(
    wayless.map(({ table, column }) => `${table}.${column}`),
    [],
  );
  assert.deepEqual(
    named.filter((one) => !known.has(one)),
    [],
  );
});

test('a patient who is erased is nowhere in the database, and the practice hears of what ends', async () => {
  const scene = await makeSchedule(app);
  const { patient_id, appointment_id, appointment_guid } = await makePatient(scene, 3);
  const { database } = app.server.platform;
  await complete({ ...scene, database }, appointment_id, { question: secret.message });
  await readOutbox(scene, 2);
  const before = await tablesWith(words);

  const erased = await erasePatient(app.server.platform, String(patient_id));

  const [mail, ...more] = await readOutbox(scene, 1, ({ subject }) => /cancelled/i.test(subject));
  const { id: practice } = scene.practice;
  const polled = await scene.client.listPatients({
    params: { id: practice },
    query: { updated_since: erased.erased_at },
  });
  const [row] = accepted(polled);
  const form = await scene.client.getForm({ query: { appointment_guid } });
  assert.deepEqual(before.sort(), [
    'platform.mail',
    'scheduling.completed_form',
    'scheduling.patient',
  ]);
  assert.deepEqual(await tablesWith(words), []);
  assert.deepEqual(
    [erased.cancelled_appointments, erased.completed_forms, erased.mails],
    [1, 1, 2],
  );
  assert.deepEqual([mail?.recipient, more], ['desk@acme.example', []]);
  assert.deepEqual([row?.id, row?.first_name, row?.dob, form.status], [patient_id, '', null, 404]);
});

test('no form is completed any more for a patient who was erased', async () => {
  const scene = await makeSchedule(app);
  const { patient_id, appointment_id, appointment_guid } = await makePatient(scene, 8);
  const { database } = app.server.platform;
  await erasePatient(app.server.platform, String(patient_id));

  const completing = complete({ ...scene, database }, appointment_id, { question: 'Since birth.' });

  await assert.rejects(completing, { code: 'not_found' });
  const form = await scene.client.getForm({ query: { appointment_guid } });
  assert.equal(form.status, 404);
});

test('who completes a form while the patient is being erased finds nothing to complete', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, new Date(Date.now() + 9 * 86_400_000).toISOString());
  const { patient_id, appointment_id } = await makeAppointment(scene, id);
  const { database } = app.server.platform;
  const erasing = await connect(app.address);
  await erasing.rows('begin');
  await erasing.rows('update scheduling.appointment set updated_at = updated_at where id = $1', [
    appointment_id,
  ]);
  await erasing.rows('update scheduling.patient set erased_at = now() where id = $1', [patient_id]);

  const completing = complete({ ...scene, database }, appointment_id, { question: 'Since birth.' });
  completing.catch(() => undefined);
  await until('it waits', async () => {
    const waiting = await asOwner(
      app.address,
      `select from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });
  await erasing.rows('commit');
  await erasing.end();

  await assert.rejects(completing, { code: 'not_found' });
});

test('others with the same address are named, and erasing again changes nothing', async () => {
  const scene = await makeSchedule(app);
  const first = await makePatient(scene, 5);
  const second = await makePatient(scene, 6);
  await readOutbox(scene, 4);

  const erased = await erasePatient(app.server.platform, String(first.patient_id));
  const again = await erasePatient(app.server.platform, String(first.patient_id));
  const last = await erasePatient(app.server.platform, String(second.patient_id));

  assert.deepEqual(erased.same_email, [second.patient_id]);
  assert.deepEqual(
    [again.cancelled_appointments, again.completed_forms, again.same_email],
    [0, 0, []],
  );
  assert.deepEqual(last.same_email, []);
  assert.deepEqual(await tablesWith(words), []);
});

test('what versions before wrote of a patient goes, too', async () => {
  const scene = await makeSchedule(app);
  const { patient_id } = await makePatient(scene, 7);
  await readOutbox(scene, 2);
  await asOwner(app.address, 'update platform.mail set topic = null');
  await asOwner(
    app.address,
    `update platform.event set data = data || $1
     where type = 'patient.created' and subject = $2`,
    [JSON.stringify(secret), String(patient_id)],
  );
  await asOwner(
    app.address,
    `insert into platform.setting (name, value) values ('events_to_strip', 'true')`,
  );

  const erased = await erasePatient(app.server.platform, String(patient_id));

  const told = await asOwner(
    app.address,
    'select from platform.event where data::text ~* $1 limit 1',
    [words],
  );
  assert.equal(erased.mails, 2);
  assert.deepEqual(told, []);
});

test('who was never a patient cannot be erased', async () => {
  for (const id of ['123456789', '0', 'abc', '9999999999999999']) {
    await assert.rejects(erasePatient(app.server.platform, id), /There is no patient with this id/);
  }
});
