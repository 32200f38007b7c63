import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../platform/access/callers.ts';
import type { WriteContext } from '../platform/context.ts';
import type { AppError } from '../runtime/errors.ts';
import { silent } from '../testing/cluster.ts';
import { makeMember } from '../testing/people.ts';
import { startServer } from '../testing/server.ts';
import { cancelAppointment } from './appointments/appointments.ts';
import { createBooking } from './bookings/bookings.ts';
import { deleteBooking } from './editing/delete.ts';
import { updateBooking } from './editing/update.ts';
import { createPatient } from './patients/patients.ts';
import { makeBooking, makeSchedule, patientBody, type Scene } from './testing/scene.ts';
import { extendAllSeries, listSeries } from './testing/series.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { database } = app.server.platform;

const terms = { scopes: new Set<string>(), plan: 'unlimited' } as const;
const asMember = (organization: number, id: number): Caller => ({
  ...{ kind: 'member', id, organization, ...terms },
  ...{ userId: 'u', sessionId: 's', role: 'member' },
});
const asConsumer = (organization: number, id: number): Caller => ({
  ...{ kind: 'consumer', id, organization, ...terms, resourceIds: null },
});

async function act<T>(caller: Caller, work: (ctx: WriteContext) => Promise<T>): Promise<T> {
  const { organization } = caller;
  const context = { caller, organization, now: app.clock.now(), log: silent };
  return database
    .of(organization)
    .transaction((tx) => work({ ...context, requestId: 'req_test', origin: '', tx }));
}

const refusalOf = (act: Promise<unknown>) =>
  act.then(
    () => 'none',
    (error: AppError) => error.code,
  );

/** What becomes of a pending booking when somebody tries to have it, change it and delete it. */
async function tryAll(caller: Caller, id: string) {
  const params = { id };
  const book = { params: {}, query: {}, body: patientBody(id) };
  return [
    await refusalOf(act(caller, (ctx) => createPatient(ctx, book))),
    await refusalOf(
      act(caller, (ctx) => updateBooking(ctx, { params, query: {}, body: { length: 30 } })),
    ),
    await refusalOf(
      act(caller, (ctx) => deleteBooking(ctx, { params, query: {}, body: undefined })),
    ),
  ];
}

const refused = ['booking_not_available', 'forbidden', 'forbidden'];

async function makePending(caller: Caller, scene: Scene, start: string, recurring = false) {
  const body = { ...placeOf(scene), start_datetime: start, status: 'pending', recurring } as const;
  return act(caller, (ctx) => createBooking(ctx, { params: {}, query: {}, body }));
}

const placeOf = ({ location, doctor }: Scene) => ({
  location_id: location.id,
  doctor_id: doctor.id,
});

test('what a consumer holds is nobody else’s, though their id be the same', async () => {
  const scene = await makeSchedule(app);
  const { organization } = scene;
  const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00', { status: 'pending' });
  const [consumer] = await database.system.reading.rows<{ id: number }>(
    'select id from platform.consumer where organization_id = $1',
    [organization],
  );

  const member = await tryAll(asMember(organization, consumer!.id), id);
  const other = await tryAll(asConsumer(organization, consumer!.id + 1), id);

  assert.deepEqual(member, refused);
  assert.deepEqual(other, refused);
});

test('a member holds, books and cancels, and no consumer with the same id can', async () => {
  const scene = await makeSchedule(app);
  const { organization } = scene;
  const desk = asMember(organization, (await makeMember(app, organization)).id);
  const { id } = await makePending(desk, scene, '2031-05-07T09:00:00-05:00');

  const others = await tryAll(asConsumer(organization, desk.id), id);
  const booked = await act(desk, (ctx) =>
    createPatient(ctx, { params: {}, query: {}, body: patientBody(id) }),
  );
  const cancel = (caller: Caller) =>
    act(caller, (ctx) =>
      cancelAppointment(ctx, {
        params: { id: booked.appointment_guid },
        query: {},
        body: undefined,
      }),
    );
  const byConsumer = await refusalOf(cancel(asConsumer(organization, desk.id)));
  const cancelled = await cancel(desk);

  assert.deepEqual(others, refused);
  assert.equal(byConsumer, 'forbidden');
  assert.equal(cancelled.status, 'Cancelled');
});

test('the series of a member goes on', async () => {
  const scene = await makeSchedule(app);
  const { organization } = scene;
  const desk = asMember(organization, (await makeMember(app, organization)).id);
  const start = new Date(app.clock.now().getTime() + 86_400_000).toISOString();
  const { series_id = '' } = await makePending(desk, scene, start, true);
  const before = await listSeries(scene, series_id);

  app.clock.advance({ days: 14 });
  await extendAllSeries(scene);
  const after = await listSeries(scene, series_id);

  assert.ok(before.length > 0);
  assert.ok(
    after.some(({ start_datetime: one }) => before.every((old) => old.start_datetime < one)),
  );
});
