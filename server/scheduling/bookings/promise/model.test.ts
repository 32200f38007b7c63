import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startServer } from '../../../testing/server.ts';
import { accepted } from '../../testing/answers.ts';
import { Model, type ModelBooking } from '../../testing/model.ts';
import { selectDoublePromises } from '../../testing/promises.ts';
import {
  bookingBody,
  listOpen,
  makeAppointment,
  makeConsumer,
  makeSchedule,
  patientBody,
  put,
  type Scene,
  type SchedulingClient,
} from '../../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const status = fc.constantFrom('open', 'open', 'pending', 'booked');
const slot = fc.integer({ min: 0, max: 9 });
const which = fc.nat({ max: 30 });

// The clock moves in steps of 20 minutes and starts at ten past: no start and no end of a hold falls
// on a moment at which the test looks.
const start = '2031-05-07T13:10:00Z';
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('create'), status, slot, which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('set'), which, status }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move'), which, slot }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete'), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('book'), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel'), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait'), which }) },
);
type Step = { do: string; which: number; status?: ModelBooking['status']; slot?: number };
type World = { scene: Scene; stranger: SchedulingClient; model: Model };

test('whatever happens, lists agree with the model, and what they show can be booked', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
      const world = await makeWorld();

      for (const one of steps) {
        await take(world, one);
        await check(world, one.which);
      }
    }),
    { numRuns: 14, interruptAfterTimeLimit: 60_000 },
  );
});

async function makeWorld(): Promise<World> {
  app.clock.set(start);
  const scene = await makeSchedule(app);
  const { client: stranger } = await makeConsumer(app, scene.organization);
  return { scene, stranger, model: new Model(() => app.clock.now().getTime()) };
}

async function check({ scene, stranger, model }: World, which: number) {
  const open = await listOpen(scene);
  assert.deepEqual(new Set(open), new Set(model.open()));
  assert.deepEqual(await selectDoublePromises(scene), []);
  const id = open[which % (open.length || 1)];
  if (id === undefined) return;
  const { appointment_guid } = await makeAppointment({ client: stranger }, id);
  accepted(await stranger.cancelAppointment({ params: { id: appointment_guid } }));
  const booking = model.bookings.find((one) => one.id === id) as ModelBooking;
  Object.assign(booking, { status: 'open', heldUntil: undefined });
}

async function take(world: World, step: Step): Promise<void> {
  if (step.do === 'create') return create(world, step);
  if (step.do === 'wait') return app.clock.advance({ minutes: 20 });
  const booking = world.model.bookings[step.which % (world.model.bookings.length || 1)];
  if (!booking) return;
  if (step.do === 'set') return change(world, booking, { status: step.status as 'open' });
  if (step.do === 'move') return change(world, booking, { startsAt: startOf(step.slot as number) });
  if (step.do === 'delete') return remove(world, booking);
  if (step.do === 'book') return book(world, booking, step.which % 2 === 0);
  return cancel(world, booking);
}

/** Every half hour from 8:30 in Chicago. */
function startOf(slot: number): number {
  return Date.parse(start) + (20 + 30 * slot) * 60_000;
}

async function create({ scene, model }: World, { status = 'open', slot = 0, which }: Step) {
  const times = {
    doctor: which % 2,
    startsAt: startOf(slot),
    minutes: [60, 30, 45][which % 3] ?? 15,
  };
  const doctor = which % 2 ? scene.second : scene.doctor;
  const body = bookingBody({ ...scene, doctor }, new Date(times.startsAt).toISOString(), {
    status: status as 'open',
    length: times.minutes,
  });
  const expected = model.create(status, times);

  const answer = await scene.client.createBooking({ body });

  assert.equal(answer.ok ? 'created' : answer.error.status, expected);
  if (!answer.ok) return;
  const { id } = answer.body;
  model.bookings.push({ id, ...times, status, heldUntil: undefined, appointment: undefined });
}

type ModelChange = { status?: 'open' | 'pending' | 'booked'; startsAt?: number };

async function change({ scene, model }: World, booking: ModelBooking, change: ModelChange) {
  const { status, startsAt } = change;
  const expected = model.change(booking, change);

  const answer = await put(scene, booking.id, {
    ...(status && { status }),
    ...(startsAt !== undefined && { start_datetime: new Date(startsAt).toISOString() }),
  });

  assert.equal(answer.ok ? 'changed' : answer.error.status, expected);
  if (!answer.ok) return;
  const { held_until } = answer.body;
  booking.status = answer.body.status;
  booking.startsAt = startsAt ?? booking.startsAt;
  booking.heldUntil = held_until === undefined ? undefined : Date.parse(held_until);
}

async function remove({ scene, model }: World, booking: ModelBooking) {
  const expected = model.delete(booking);

  const answer = await scene.client.deleteBooking({ params: { id: booking.id } });

  assert.equal(answer.ok ? 'deleted' : answer.error.status, expected);
  if (answer.ok) booking.status = 'closed';
}

async function book({ scene, stranger, model }: World, booking: ModelBooking, isCreator: boolean) {
  const expected = model.book(booking, isCreator);
  const client = isCreator ? scene.client : stranger;

  const answer = await client.createPatient({ body: patientBody(booking.id) });

  assert.equal(answer.ok ? 'booked' : answer.error.status, expected);
  if (!answer.ok) return;
  booking.status = 'booked';
  booking.heldUntil = undefined;
  booking.appointment = `${isCreator ? '' : '!'}${answer.body.appointment_guid}`;
}

async function cancel({ scene, stranger }: World, booking: ModelBooking) {
  if (!booking.appointment) return;
  const client = booking.appointment.startsWith('!') ? stranger : scene.client;
  const id = booking.appointment.replace('!', '');

  accepted(await client.cancelAppointment({ params: { id } }));

  booking.appointment = undefined;
  if (booking.startsAt > app.clock.now().getTime()) booking.status = 'open';
}
