import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { killPostmaster } from '../server/runtime/embedded/testing/sandbox.ts';
import { shortId } from '../server/runtime/ids.ts';
import { until } from '../server/runtime/testing/until.ts';
import { accepted } from '../server/scheduling/testing/answers.ts';
import { holderOf, makeFolder } from './testing/folder.ts';
import { serve } from './testing/heddle.ts';
import { clientOf, makeOpenings, makePractice, tokenOf } from './testing/practice.ts';
import { type Attempt, book, bookAll } from './testing/stream.ts';

const attemptsPerRound = 120;
const folder = await makeFolder({ after });
const environment = { HEDDLE_DATA: folder };
let server = await serve(environment);
const { practice, consumer } = await makePractice(environment);
const place = { url: server.url, token: await tokenOf(server.url, consumer) };
const all: Attempt[] = [];

type Disaster = (postmaster: number) => Promise<void>;

const disasters: Record<string, Disaster> = {
  'the server is killed': () => restart(),
  'the server is killed again': () => restart(),
  'PostgreSQL is killed': (postmaster) => killPostmaster(postmaster, folder),
  'both are killed': (postmaster) => restart(() => killPostmaster(postmaster, folder)),
};

for (const [disaster, strike] of Object.entries(disasters)) {
  test(`${disaster} in a stream of bookings: all of them are made`, async () => {
    const openings = await makeOpenings(
      await clientOf(place.url, consumer),
      practice,
      attemptsPerRound,
    );
    const round = openings.map((opening) => ({ key: `key-${opening}`, opening, tries: 0 }));
    all.push(...round);
    const answeredBefore = Math.ceil((Math.random() * attemptsPerRound) / 2);
    const holder = await holderOf(folder);

    const booking = bookAll(place, round);
    await until('the stream flows', () => countAnswered(round) >= answeredBefore);
    await strike(holder?.pid ?? 0);
    await booking;

    assert.equal(countAnswered(round), attemptsPerRound);
  });
}

test('every booking that was answered is there once, and nothing else is', async () => {
  const client = await clientOf(place.url, consumer);
  const params = { id: practice.id };
  const query = { status: ['booked' as const] };

  const appointments = accepted(await client.listAppointments({ params }));
  const patients = accepted(await client.listPatients({ params }));
  const booked = accepted(await client.listPracticeBookings({ params, query }));

  assert.ok(
    all.some(({ tries }) => tries > 1),
    'no answer was lost',
  );
  const made = all.map(({ opening, guid }) => [opening, guid]).sort();
  const kept = appointments.map((one) => [shortId('booking', one.booking_id), one.guid]).sort();
  assert.deepEqual(kept, made);
  assert.deepEqual(
    patients.map(({ last_name }) => last_name).sort(),
    all.map(({ key }) => key).sort(),
  );
  assert.deepEqual(booked.map(({ id }) => id).sort(), all.map(({ opening }) => opening).sort());
});

test('a key that is presented again answers the same appointment', async () => {
  const again = await Promise.all(all.map((attempt) => book(place, attempt)));

  assert.deepEqual(
    again,
    all.map(({ guid }) => guid),
  );
});

async function restart(meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
  server.signal('SIGKILL');
  await server.ended;
  await meanwhile();
  server = await serve(environment);
  place.url = server.url;
}

function countAnswered(round: readonly Attempt[]): number {
  return round.filter(({ guid }) => guid !== undefined).length;
}
