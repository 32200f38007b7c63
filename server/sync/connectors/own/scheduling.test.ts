import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClient } from '../../../../contract/client.ts';
import { schedulingScopes } from '../../../../contract/scheduling/index.ts';
import { sync, syncScopes } from '../../../../contract/sync/index.ts';
import { revokeKey } from '../../../messaging/operator/index.ts';
import { shortId } from '../../../runtime/ids.ts';
import { until } from '../../../runtime/testing/until.ts';
import { erasePatient } from '../../../scheduling/operator/patients.ts';
import {
  makeAppointment,
  makeBooking,
  makeSchedule,
  type Scene,
} from '../../../scheduling/testing/scene.ts';
import { makeClient, makePractice } from '../../../testing/makers.ts';
import { startServer } from '../../../testing/server.ts';
import { bodyOf, connect, connectOwn, makeSync, makeSyncScene, run } from '../../testing/scene.ts';
import { makeDatabase } from '../testing/databases.ts';

const app = await startServer();
const destination = await makeDatabase();
after(() => destination.end());

let days = 0;
/** A booking in the future, and an appointment at it. */
async function book(scene: Scene, more: Parameters<typeof makeAppointment>[2] = {}) {
  days += 1;
  const start = new Date(app.clock.now().getTime() + days * 24 * 3_600_000).toISOString();
  const booking = await makeBooking(scene, start);
  return makeAppointment(scene, booking.id, more);
}

async function makeOwnScene(scopes: readonly string[] = schedulingScopes) {
  const schedule = await makeSchedule(app);
  const { organization } = schedule;
  return { schedule, scene: await makeSyncScene(app, { organization, scopes }) };
}

/** A consumer of both APIs. */
async function makeConsumer(
  organization: number,
  options: { practices?: readonly string[]; scopes?: readonly string[] } = {},
) {
  const scopes = [...syncScopes, ...(options.scopes ?? schedulingScopes)];
  const { token } = await makeClient(app, organization, { ...options, scopes });
  return { client: createClient(sync, { url: app.url, authorization: `Bearer ${token}` }) };
}

function refusal(answer: object) {
  const { status, error } = answer as { status: number; error?: { error: { message: string } } };
  return `${status} ${error?.error.message}`;
}

test('patients are copied, then those that are new, changed or erased', async () => {
  const { schedule, scene } = await makeOwnScene();
  const first = await book(schedule, { first_name: 'Ann' });
  await book(schedule, { first_name: 'Ben', dob: '2014-03-09' });
  const from = await connectOwn(scene, 'scheduling');
  const to = await connect(scene, destination);
  const ends = { from, to, object: 'patients', table: 'patients_kept' };
  const id = await makeSync(scene, ends, { cursor_field: 'event' });

  const all = await run(scene, id);
  await book(schedule, { first_name: 'Cleo' });
  const added = await run(scene, id);
  const nothing = await run(scene, id);
  await erasePatient(app.server.platform, String(first.patient_id));
  const erased = await run(scene, id);

  assert.deepEqual([all.error, added.error, erased.error], [null, null, null]);
  assert.deepEqual(
    [all, added, nothing, erased].map((one) => one.records_read),
    [2, 1, 0, 1],
  );
  const { rows } = await destination.admin.query(
    `select first_name, dob::text, pg_typeof(id)::text as id, pg_typeof(created_at)::text as created
     from patients_kept order by patients_kept.id`,
  );
  const types = { id: 'bigint', created: 'timestamp with time zone' };
  assert.deepEqual(rows, [
    { first_name: '', dob: null, ...types },
    { first_name: 'Ben', dob: '2014-03-09', ...types },
    { first_name: 'Cleo', dob: null, ...types },
  ]);
});

test('appointments and bookings follow what becomes of them', async () => {
  const { schedule, scene } = await makeOwnScene();
  const made = await book(schedule);
  const from = await connectOwn(scene, 'scheduling');
  const to = await connect(scene, destination);
  const settings = { cursor_field: 'event' };
  const ids = [
    await makeSync(scene, { from, to, object: 'appointments' }, settings),
    await makeSync(scene, { from, to, object: 'bookings' }, settings),
  ];
  for (const id of ids) assert.equal((await run(scene, id)).error, null);

  bodyOf(await schedule.client.cancelAppointment({ params: { id: String(made.appointment_id) } }));
  for (const id of ids) assert.equal((await run(scene, id)).records_read, 1);

  const { rows } = await destination.admin.query(
    'select a.status, b.status as booking, b.length from appointments a, bookings b',
  );
  assert.deepEqual(rows, [{ status: 'cancelled', booking: 'open', length: 60 }]);
});

test('without the scope a key makes no connection, and uses none that is there', async () => {
  const { schedule, scene } = await makeOwnScene();
  const plain = await makeSyncScene(app, { organization: schedule.organization });
  const some = await makeSyncScene(app, {
    organization: schedule.organization,
    scopes: ['bookings/get'],
  });
  await book(schedule);
  const connection = await connectOwn(scene, 'scheduling');
  const to = await connect(scene, destination);
  const ends = { from: connection, to, object: 'patients', table: 'patients_refused' };
  const id = await makeSync(scene, ends);
  const done = await run(scene, id);
  const source = { connection_id: connection, object: 'patients' };
  const body = { name: 'Mine', source, destination: { connection_id: to, table: 'mine' } };
  const made = { provider: 'scheduling', name: 'Mine', credentials: {} };
  const attempts = (client: typeof plain.client) => [
    client.queryData({ params: { connection }, body: { object: 'patients' } }),
    client.getObject({ params: { connection, object: 'patients' }, query: { sample: 1 } }),
    client.createSync({ body }),
    client.putSync({ params: { sync: id }, body: { name: 'Mine' } }),
    client.runSync({ params: { sync: id }, body: {} }),
    client.previewSync({ params: { sync: id } }),
    client.listRejected({ params: { sync: id, run: done.id } }),
    client.patchConnection({ params: { connection: to }, body: { name: 'Mine' } }),
  ];

  const refused = await Promise.all([
    plain.client.createConnection({ body: made }),
    plain.client.listObjects({ params: { connection } }),
    plain.client.testConnection({ params: { connection } }),
    plain.client.patchConnection({ params: { connection }, body: { name: 'Mine' } }),
    ...attempts(plain.client),
  ]);
  const named = await Promise.all(attempts(some.client));
  const allowed = await some.client.queryData({
    params: { connection },
    body: { object: 'bookings' },
  });

  assert.equal(done.records_written, 1);
  for (const one of refused) assert.match(refusal(one), /^403 These credentials lack /);
  for (const one of named) {
    assert.equal(refusal(one), '403 These credentials lack the scope patients/get; ask for it.');
  }
  assert.equal(bodyOf(allowed).records.length, 1);
});

test('a consumer of one practice connects that one, and uses no connection that reaches more', async () => {
  const { schedule, scene } = await makeOwnScene();
  const { organization } = schedule;
  const second = await makePractice(app, organization, { name: 'Second' });
  const there = { location: second.locations[0]!, doctor: second.doctors[0]! };
  await book(schedule, { first_name: 'First' });
  await book({ ...schedule, ...there } as Scene, { first_name: 'Second' });
  const limited = await makeConsumer(organization, { practices: [second.id] });
  const other = await makeConsumer(organization, { practices: [schedule.practice.id] });
  const wide = await connectOwn(scene, 'scheduling');
  const narrow = await connectOwn(limited, 'scheduling');
  const query = (client: typeof limited.client, connection: string) =>
    client.queryData({
      params: { connection },
      body: { object: 'patients', fields: ['first_name'] },
    });

  const answers = {
    all: bodyOf(await query(scene.client, wide)).records,
    own: bodyOf(await query(limited.client, narrow)).records,
    byWhoReachesAll: bodyOf(await query(scene.client, narrow)).records,
  };
  const refused = [await query(limited.client, wide), await query(other.client, narrow)];

  assert.deepEqual(answers, {
    all: [{ first_name: 'First' }, { first_name: 'Second' }],
    own: [{ first_name: 'Second' }],
    byWhoReachesAll: [{ first_name: 'Second' }],
  });
  for (const one of refused) assert.match(refusal(one), /^403 The connection reaches practices/);
});

test('another organization sees neither the connection nor what it reads', async () => {
  const { schedule, scene } = await makeOwnScene();
  await book(schedule);
  const connection = await connectOwn(scene, 'scheduling');
  const { scene: stranger } = await makeOwnScene();
  const own = await connectOwn(stranger, 'scheduling');
  const body = { object: 'patients' };

  const theirs = await stranger.client.queryData({ params: { connection }, body });
  const none = bodyOf(await stranger.client.queryData({ params: { connection: own }, body }));

  assert.equal(theirs.status, 404);
  assert.deepEqual(none.records, []);
});

test('when the client that made a connection ends, so does what it does, until another takes over', async () => {
  const { schedule, scene } = await makeOwnScene();
  const other = await makeSyncScene(app, {
    organization: schedule.organization,
    scopes: schedulingScopes,
  });
  const from = await connectOwn(scene, 'scheduling');
  const to = await connect(scene, destination);
  const id = await makeSync(scene, { from, to, object: 'bookings', table: 'ended' });
  const organization = shortId('organization', schedule.organization);
  await revokeKey(app.server.platform, organization, scene.keyId);

  const failed = await run(other, id);
  const tested = bodyOf(await other.client.testConnection({ params: { connection: from } }));
  bodyOf(await other.client.patchConnection({ params: { connection: from }, body: {} }));
  const done = await run(other, id);

  assert.match(`${failed.status} ${failed.error}`, /^failed The client that made the connection/);
  assert.equal(tested.status, 'error');
  assert.deepEqual([done.status, done.error], ['completed', null]);
});

test('what the API lets be written is written, each record with its result', async () => {
  const { schedule } = await makeOwnScene();
  const { client } = await makeConsumer(schedule.organization);
  const connection = await connectOwn({ client }, 'scheduling');
  const write = async (object: string, operation: string, records: object[]) => {
    const body = { object, operation, records } as never;
    return bodyOf(await client.writeData({ params: { connection }, body })).results;
  };
  const place = { location_id: schedule.location.id, doctor_id: schedule.doctor.id };

  const [made, taken, wrong] = await write('bookings', 'insert', [
    { start_datetime: '2041-05-07T09:00:00', status: 'pending', length: '45', ...place },
    { start_datetime: '2041-05-07T09:30:00', status: 'pending', ...place },
    { start_datetime: '2041-05-07T10:30:00', status: 'lost', ...place },
  ]);
  const [moved] = await write('bookings', 'update', [{ id: made!.id, length: 30 }]);
  const [booked, blank] = await write('patients', 'insert', [
    { ...patient, booking_id: made!.id },
    { ...patient, booking_id: taken!.id ?? 'nothing', first_name: ' ' },
  ]);
  const body = { object: 'appointments' };
  const { records } = bodyOf(await client.queryData({ params: { connection }, body }));
  const [cancelled] = await write('appointments', 'delete', [{ id: String(records[0]!.id) }]);
  const refused = await client.writeData({
    params: { connection },
    body: { object: 'forms', operation: 'insert', records: [{}] },
  });

  assert.deepEqual([made!.status, made!.error], ['ok', null]);
  assert.match(String(taken!.error), /overlap|not available|doctor/);
  assert.match(String(wrong!.error), /^status: /);
  assert.deepEqual([moved!.error, booked!.error, cancelled!.error], [null, null, null]);
  assert.match(String(blank!.error), /^first_name: /);
  assert.match(refusal(refused), /^400 operation: Records of forms cannot be inserted/);
});

const patient = {
  first_name: 'Ada',
  last_name: 'Smith',
  phone: '555 555 1234',
  email: 'ada@mail.example',
  zip_code: '60601',
};

test('what was set aside of a patient goes when the patient is erased', async () => {
  const { schedule, scene } = await makeOwnScene();
  const gone = await book(schedule, { first_name: 'Gone' });
  await book(schedule, { first_name: 'Stays' });
  const from = await connectOwn(scene, 'scheduling');
  const to = await connect(scene, destination);
  const code = 'module.exports = ({ first_name }) => { throw new Error("no"); };';
  const transform = { name: 'Refuses', type: 'javascript', code } as const;
  const { id: refusing } = bodyOf(await scene.client.createTransform({ body: transform }));
  const settings = {
    transforms: [refusing],
    filters: ["first_name <> 'nobody'"],
    field_mappings: [{ source: 'first_name', destination: 'name' }],
  };
  const ends = { from, to, object: 'patients', table: 'patients_aside' };
  const id = await makeSync(scene, ends, settings);
  const done = await run(scene, id);
  const params = { sync: id, run: done.id };
  const aside = async () =>
    bodyOf(await scene.client.listRejected({ params })).map(({ record }) => record.name);

  assert.deepEqual(await aside(), ['Gone', 'Stays']);
  await erasePatient(app.server.platform, String(gone.patient_id));

  await until('it is forgotten', async () => (await aside()).length === 1);
  assert.deepEqual(await aside(), ['Stays']);
});
