import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { makeBot } from '../../messaging/testing/scene.ts';
import { openChannel, visit } from '../../messaging/testing/website.ts';
import { shortId } from '../../runtime/ids.ts';
import {
  bookingBody,
  makeBooking,
  makeSchedule,
  patientBody,
} from '../../scheduling/testing/scene.ts';
import { send } from '../../scheduling/testing/wire.ts';
import { startServer } from '../../testing/server.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const nine = '2031-05-07T09:00:00-05:00';
const known = 'start_datetime, start, status, recurring, length, location_id, doctor_id';
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

const ignoredIn = ({ headers }: { headers: Headers }) => headers.get('x-ignored-members');

test('a change of which nothing is known is refused, and lists what is', async () => {
  const scene = await makeSchedule(app);
  const booking = await makeBooking(scene, nine);
  const path = `/scheduling/bookings/${booking.id}`;

  const answer = await send(scene, 'PUT', path, { body: { staus: 'booked', lenght: 30 } });

  const { message, errors } = answer.json();
  assert.equal(answer.status, 400);
  assert.equal(message, `body: nothing in it is part of this request; it takes ${known}.`);
  assert.deepEqual(errors, [
    { field: 'staus', message: `is not part of this request; it takes ${known}.` },
    { field: 'lenght', message: `is not part of this request; it takes ${known}.` },
  ]);
  assert.deepEqual((await send(scene, 'GET', path)).json(), booking);
});

test('what is ignored beside what is known is named in a header', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);

  const changed = await send(scene, 'PUT', `/scheduling/bookings/${id}`, {
    body: { length: 30, staus: 'booked', colour: 'red' },
  });
  const plain = await send(scene, 'PUT', `/scheduling/bookings/${id}`, { body: { length: 45 } });

  assert.equal(changed.status, 200);
  assert.equal(ignoredIn(changed), 'staus, colour');
  assert.equal(ignoredIn(plain), null);
});

test('names of any characters are named so that a header can hold them', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const body = { length: 30, 'Länge\r\nX-Evil: 1': 1, 時間: 1, '': 1, ['x'.repeat(5_000)]: 1 };

  const answer = await send(scene, 'PUT', `/scheduling/bookings/${id}`, { body });

  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('x-evil'), null);
  assert.equal(
    ignoredIn(answer),
    `L%C3%A4nge%0D%0AX-Evil%3A%201, %E6%99%82%E9%96%93, "", ${'x'.repeat(100)}`,
  );
});

test('of thousands of unknown members some are named', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`m${n}`, n]));

  const refusal = await send(scene, 'PUT', `/scheduling/bookings/${id}`, { body: many });
  const answer = await send(scene, 'PUT', `/scheduling/bookings/${id}`, {
    body: { ...many, length: 30 },
  });

  assert.deepEqual([refusal.status, refusal.json().errors.length], [400, 20]);
  assert.deepEqual([answer.status, ignoredIn(answer)?.split(', ').length], [200, 20]);
});

test('what is posted says what it ignores, refused, done and repeated', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const body = { ...bookingBody(scene, nine), lenght: 30 };
  const headers = { 'idempotency-key': 'one' };

  const { start_datetime: _, ...unfit } = body;
  const refused = await send(scene, 'POST', '/scheduling/bookings', { body: unfit });
  const created = await send(scene, 'POST', '/scheduling/bookings', { body, headers });
  const again = await send(scene, 'POST', '/scheduling/bookings', { body, headers });
  const patient = await send(scene, 'POST', '/scheduling/patients', {
    body: { ...patientBody(id), birthday: '1989-05-18' },
  });

  assert.deepEqual(
    [refused, created, again, patient].map(({ status }) => status),
    [400, 201, 201, 201],
  );
  assert.deepEqual([refused, created, again].map(ignoredIn), ['lenght', 'lenght', 'lenght']);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.equal(ignoredIn(patient), 'birthday');
});

test('bots and the website are told as well', async () => {
  const { organization } = await makeSchedule(app);
  const bot = await makeBot(app, shortId('organization', organization), 'Bot');
  const ann = await visit(app, organization, { role: 'owner' });
  const id = await openChannel(ann, 'told');
  const write = (by: typeof fetch, method: string, path: string, body: object, key?: string) =>
    by(app.url + path, {
      method,
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        ...(key ? { authorization: `Bearer ${key}` } : {}),
      },
    });

  const made = await write(
    fetch,
    'POST',
    '/api/public/createChannel',
    { name: 'a', topic: 'b' },
    bot.key,
  );
  const path = `/api/messaging/channels/${id}`;
  const unknown = await write(ann.fetch, 'PATCH', path, { topic: 'b' });
  const partly = await write(ann.fetch, 'PATCH', path, { topic: 'b', description: 'c' });

  assert.deepEqual([made.status, ignoredIn(made)], [200, 'topic']);
  assert.equal(unknown.status, 400);
  assert.match(
    ((await unknown.json()) as { message: string }).message,
    /name, description, privacy, members_may_change, is_archived\.$/,
  );
  assert.deepEqual([partly.status, ignoredIn(partly)], [200, 'topic']);
});
