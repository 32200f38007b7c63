import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createClient, requestToken } from '../../../contract/client.ts';
import { scheduling } from '../../../contract/scheduling/index.ts';
import { readId, shortId } from '../../runtime/ids.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeClient, makePractice } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { accepted, refused } from '../testing/answers.ts';
import {
  listOpen,
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  put,
} from '../testing/scene.ts';
import { extendAllSeries } from '../testing/series.ts';
import { listConsumers, revokeConsumer } from './index.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const at = (time: string) => `2031-05-07T${time}:00-05:00`;
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

/** A practice that one consumer fills, and another reads. */
async function makeOffer() {
  const scene = await makeSchedule(app);
  const credentials = await makeClient(app, scene.organization);
  const { access_token: authorization } = await requestToken(app.url, credentials);
  const client = createClient(scheduling, { url: app.url, authorization });
  const leaving = { ...scene, client };
  const open = await makeBooking(leaving, at('09:00'));
  const pending = await makeBooking(leaving, at('10:00'), { status: 'pending' });
  const booked = await makeBooking(leaving, at('11:00'), { status: 'booked' });
  const visited = await makeBooking(leaving, at('12:00'));
  const visit = await makeAppointment(scene, visited.id);
  const own = await makeAppointment(leaving, (await makeBooking(leaving, at('13:00'))).id);
  const series = await makeBooking(leaving, at('14:00'), { recurring: true });
  const others = await makeBooking(scene, at('09:00'));
  return {
    scene,
    leaving,
    credentials,
    open,
    pending,
    booked,
    visited,
    visit,
    own,
    series,
    others,
  };
}

/** As many openings as one, in the weeks after it. */
async function addMany(id: string, count: number): Promise<void> {
  await asOwner(
    app.address,
    `insert into scheduling.booking (organization_id, practice_id, location_id, doctor_id,
       consumer_id, status, starts_at, ends_at, recurring, created_at, updated_at)
     select organization_id, practice_id, location_id, doctor_id, consumer_id, status,
       starts_at + n * interval '1 hour', ends_at + n * interval '1 hour', false, created_at,
       updated_at
     from scheduling.booking, generate_series(200, 199 + $2::int) as n where id = $1`,
    [readId('booking', id), count],
  );
}

/** What is left of a consumer's bookings, and how many went to another one together at most. */
async function handedOver(from: string, to: string): Promise<{ left: number; together: number }> {
  const [row] = await asOwner<{ left: number; together: number }>(
    app.address,
    `select
       (select count(*)::int from scheduling.booking b
        join platform.consumer c on c.id = b.consumer_id where c.client_id = $1) as left,
       (select max(count)::int from (
          select count(*) from scheduling.booking b
          join platform.consumer c on c.id = b.consumer_id where c.client_id = $2
          group by b.written_by) w) as together`,
    [from, to],
  );
  return row as { left: number; together: number };
}

test('with a consumer its openings and series end, and appointments stay', async () => {
  const { scene, credentials, ...made } = await makeOffer();

  const told = await revokeConsumer(app.server.platform, credentials.client_id);

  assert.deepEqual(told, {
    ok: true,
    // 9:00, 10:00 and thirteen weeks of 14:00.
    bookings_withdrawn: 15,
    series_ended: 1,
    appointments_kept: 2,
  });
  assert.deepEqual(await listOpen(scene), [made.others.id]);
  for (const { id } of [made.open, made.pending, made.series]) {
    refused(await scene.client.getBooking({ params: { id } }), 410, 'gone');
  }
  for (const { id } of [made.booked, made.visited]) {
    const booking = accepted(await scene.client.getBooking({ params: { id } }));
    assert.equal(booking.status, 'booked');
  }
  await extendAllSeries(scene);
  assert.deepEqual(await listOpen(scene), [made.others.id]);
});

test('or they are handed over, and the other consumer has them', async () => {
  const { scene, credentials, ...made } = await makeOffer();
  const successor = await makeClient(app, scene.organization);
  const { access_token: authorization } = await requestToken(app.url, successor);
  const client = createClient(scheduling, { url: app.url, authorization });

  const told = await revokeConsumer(
    app.server.platform,
    credentials.client_id,
    successor.client_id,
  );

  assert.deepEqual(told, {
    ok: true,
    bookings_handed_over: 18,
    series_handed_over: 1,
    appointments_handed_over: 1,
  });
  const answers = [
    await put({ client }, made.open.id, { length: 45 }),
    await put({ client }, made.series.id, { length: 20 }),
    await put({ client }, made.booked.id, { status: 'open' }),
    await client.cancelAppointment({ params: { id: made.own.appointment_guid } }),
  ];
  for (const answer of answers) accepted<unknown>(answer);
  const strange = await client.cancelAppointment({ params: { id: made.visit.appointment_guid } });
  refused(strange, 403, 'forbidden');
});

test('of one that was revoked before, what it still has ends or is handed over', async () => {
  const { scene, credentials, others } = await makeOffer();
  const successor = await makeClient(app, scene.organization);
  await revokeConsumer(app.server.platform, credentials.client_id);

  const handed = await revokeConsumer(
    app.server.platform,
    credentials.client_id,
    successor.client_id,
  );
  const nothing = await revokeConsumer(app.server.platform, credentials.client_id);

  assert.equal(handed.bookings_handed_over, 3);
  assert.deepEqual(nothing, { ok: true });
  assert.deepEqual(await listOpen(scene), [others.id]);
});

test('what was under way while a consumer ended is handed over as well', async () => {
  const { scene, credentials, open } = await makeOffer();
  const successor = await makeClient(app, scene.organization);
  const { access_token: authorization } = await requestToken(app.url, successor);
  const client = createClient(scheduling, { url: app.url, authorization });
  const { database } = app.server.platform;
  const isRevoked = async () => {
    const consumers = await listConsumers(app.server.platform);
    return consumers.find((one) => one.client_id === credentials.client_id)?.revoked_at !== null;
  };

  const { late, told } = await database.of(scene.organization).transaction(async (tx) => {
    const [late] = await tx.rows<{ id: number }>(
      `insert into scheduling.booking (organization_id, practice_id, location_id, doctor_id,
         consumer_id, status, starts_at, ends_at, recurring, created_at, updated_at)
       select organization_id, practice_id, location_id, doctor_id, consumer_id, status, starts_at,
         ends_at, recurring, created_at, updated_at from scheduling.booking where id = $1
       returning id`,
      [readId('booking', open.id)],
    );
    const told = revokeConsumer(app.server.platform, credentials.client_id, successor.client_id);
    await until('the consumer has ended', isRevoked);
    return { late: late as { id: number }, told };
  });

  assert.equal((await told).bookings_handed_over, 19);
  accepted(await put({ client }, shortId('booking', late.id), { length: 45 }));
});

for (const [when, days] of [
  ['lately', 0],
  ['long ago', 2],
] as const) {
  test(`the series of a consumer that was revoked ${when} are not extended`, async () => {
    const { scene, credentials } = await makeOffer();
    const before = await listOpen(scene);
    await app.server.platform.database.system.transaction((tx) =>
      tx.rows('update platform.consumer set revoked_at = $2 where client_id = $1', [
        credentials.client_id,
        new Date(Date.parse('2031-05-15T12:00:00Z') - days * 86_400_000),
      ]),
    );
    app.clock.set('2031-05-15T12:00:00Z');

    await extendAllSeries(scene);

    const { client } = await makeConsumer(app, scene.organization);
    const after = await listOpen({ ...scene, client });
    // The first week and one occurrence are over; what a race left lately ends.
    assert.deepEqual(after.length, days === 0 ? 0 : before.length - 4);
  });
}

test('nothing is handed to who cannot have it, and then nothing ends', async () => {
  const { scene, leaving, credentials, open } = await makeOffer();
  const elsewhere = await makeSchedule(app);
  const stranger = await makeClient(app, elsewhere.organization);
  const revoked = await makeClient(app, scene.organization);
  await revokeConsumer(app.server.platform, revoked.client_id);
  const annex = await makePractice(app, scene.organization, { name: 'Annex' });
  const narrow = await makeClient(app, scene.organization, { practices: [annex.id] });

  for (const { client_id } of [credentials, stranger, revoked, { client_id: 'nobody' }]) {
    const attempt = revokeConsumer(app.server.platform, credentials.client_id, client_id);
    await assert.rejects(attempt, /transfer_to: the organization has no other active consumer/);
  }
  const attempt = revokeConsumer(app.server.platform, credentials.client_id, narrow.client_id);
  await assert.rejects(attempt, new RegExp(`does not reach the practice ${scene.practice.id}`));
  await assert.rejects(
    revokeConsumer(app.server.platform, 'nobody'),
    /client_id: there is no consumer nobody/,
  );

  assert.equal(accepted(await put(leaving, open.id, { length: 30 })).length, 30);
});

test('what is broken off is handed over by running it again, or within the hour', async () => {
  const { scene, leaving, credentials, ...made } = await makeOffer();
  await addMany(made.open.id, 450);
  const successor = await makeClient(app, scene.organization);
  const hand = () =>
    revokeConsumer(app.server.platform, credentials.client_id, successor.client_id);
  await asOwner(
    app.address,
    `create function platform.fail() returns trigger language plpgsql as
       $$ begin raise 'killed'; end $$;
     create trigger fail before update of consumer_id on scheduling.series
       for each row execute function platform.fail()`,
  );

  await assert.rejects(hand(), /killed/);
  const meanwhile = await handedOver(credentials.client_id, successor.client_id);
  await asOwner(app.address, 'drop trigger fail on scheduling.series');
  await extendAllSeries(scene);
  const open = await listOpen(scene);
  const again = await hand();

  await assert.rejects(requestToken(app.url, credentials), /invalid_client/);
  assert.equal(meanwhile.left, 0);
  assert.ok(meanwhile.together <= 200, `${meanwhile.together} in one transaction`);
  assert.deepEqual(again, { ok: true });
  // And 9:00, thirteen weeks of 14:00, and the one of the other consumer.
  assert.equal(open.length, 465);
  const { access_token: authorization } = await requestToken(app.url, successor);
  const client = createClient(scheduling, { url: app.url, authorization });
  accepted(await put({ client }, made.series.id, { length: 20 }));
  accepted(await client.cancelAppointment({ params: { id: made.own.appointment_guid } }));
});
