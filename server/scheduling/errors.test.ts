import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { errors } from '../../contract/errors.ts';
import { startServer } from '../testing/server.ts';
import {
  bookingBody,
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  patientBody,
} from './testing/scene.ts';
import { send } from './testing/wire.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
app.clock.set('2031-05-06T12:00:00Z');
const nine = '2031-05-07T09:00:00-05:00';
const members = ['status', 'message', 'request_id'];
const membersWithFields = ['status', 'message', 'errors', 'request_id'];

type Answer = Awaited<ReturnType<typeof send>>;

/** An error has exactly the documented members, in JSON, and the id that its header has. */
function assertError(answer: Answer, status: number, slug: string, hasFields = false) {
  assert.equal(answer.status, status, answer.text);
  const body = answer.json();
  assert.equal(body.status, slug);
  assert.deepEqual(Object.keys(body), hasFields ? membersWithFields : members);
  assert.match(body.message, /^\S.{10,}[.]$/);
  assert.match(body.request_id, /^req_[\w-]{16}$/);
  assert.equal(answer.headers.get('x-request-id'), body.request_id);
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  for (const problem of body.errors ?? []) {
    assert.deepEqual(Object.keys(problem), ['field', 'message']);
    assert.match(problem.message, /[.]$/);
  }
}

test('400 invalid_request names each field and its rule', async () => {
  const scene = await makeSchedule(app);
  const body = { ...bookingBody(scene, nine), length: 0, status: 'maybe', recurring: 'no' };

  const answer = await send(scene, 'POST', '/scheduling/bookings', { body });

  assertError(answer, 400, 'invalid_request', true);
  const { errors: fields, message } = answer.json();
  assert.deepEqual(fields.map((one: { field: string }) => one.field).toSorted(), [
    'length',
    'recurring',
    'status',
  ]);
  assert.ok(message.startsWith(`${fields[0].field}: `), message);
});

test('400 doctor_unavailable, booking_not_available and booking_has_appointment', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  await makeAppointment(scene, id);
  const body = bookingBody(scene, nine, { status: 'booked' });

  const unavailable = await send(scene, 'POST', '/scheduling/bookings', { body });
  const taken = await send(scene, 'POST', '/scheduling/patients', { body: patientBody(id) });
  const kept = await send(scene, 'DELETE', `/scheduling/bookings/${id}`);

  assertError(unavailable, 400, 'doctor_unavailable');
  assertError(taken, 400, 'booking_not_available');
  assertError(kept, 400, 'booking_has_appointment');
});

test('400 idempotency_mismatch', async () => {
  const scene = await makeSchedule(app);
  const headers = { 'idempotency-key': 'one' };
  const body = bookingBody(scene, nine);
  await send(scene, 'POST', '/scheduling/bookings', { body, headers });

  const other = { ...body, length: 5 };
  const answer = await send(scene, 'POST', '/scheduling/bookings', { body: other, headers });

  assertError(answer, 400, 'idempotency_mismatch');
});

test('401 unauthorized, before anything else is looked at', async () => {
  const scene = { app, authorization: async () => 'nonsense' };

  const answer = await send(scene, 'POST', '/scheduling/bookings', { body: '{' });

  assertError(answer, 401, 'unauthorized');
  assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
});

test('403 unauthorized for a missing scope, forbidden for what is another consumer’s', async () => {
  const scene = await makeSchedule(app);
  const { organization } = scene;
  const reader = await makeConsumer(app, organization, { scopes: ['bookings/get'] });
  const stranger = await makeConsumer(app, organization);
  const { id } = await makeBooking(scene, nine);
  const path = `/scheduling/bookings/${id}`;

  const withoutScope = await send({ app, ...reader }, 'DELETE', path);
  const notMine = await send({ app, ...stranger }, 'DELETE', path);

  assertError(withoutScope, 403, 'unauthorized');
  assert.match(withoutScope.json().message, /bookings\/delete/);
  assertError(notMine, 403, 'forbidden');
});

for (const path of [
  '/scheduling/bookings/zzzzz',
  '/scheduling/practices/1000000/bookings',
  '/scheduling',
  '/scheduling/',
  '/scheduling/nothing/here',
  '/forms',
  '/scheduling/practice/1/bookings',
  `/scheduling/${'x'.repeat(2000)}`,
]) {
  test(`404 not_found for ${path.slice(0, 50)}`, async () => {
    const scene = await makeSchedule(app);

    const answer = await send(scene, 'GET', path);

    assertError(answer, 404, 'not_found');
  });
}

for (const [method, path, allow] of [
  ['PATCH', '/scheduling/bookings/1', 'GET, HEAD, PUT, DELETE'],
  ['POST', '/scheduling/bookings/1', 'GET, HEAD, PUT, DELETE'],
  ['GET', '/scheduling/bookings', 'POST'],
  ['DELETE', '/scheduling/practices', 'GET, HEAD'],
  ['GET', '/scheduling/patients', 'POST'],
  ['GET', '/scheduling/appointments/1', 'DELETE'],
  ['POST', '/forms/form', 'GET, HEAD'],
  ['GET', '/scheduling/coffee', 'POST'],
] as const) {
  test(`405 method_not_allowed for ${method} ${path}`, async () => {
    const scene = await makeSchedule(app);

    const answer = await send(scene, method, `${path}?a=b`);

    assertError(answer, 405, 'method_not_allowed');
    assert.equal(answer.headers.get('allow'), allow);
  });
}

const accepts = {
  '': 200,
  '*/*': 200,
  'application/*': 200,
  'application/json': 200,
  'text/html, application/json;q=0.1': 200,
  'text/html, */*;q=0.1': 200,
  'text/html': 406,
  'application/xml': 406,
  'application/json;q=0, */*': 406,
  '*/*;q=0': 406,
};
for (const [accept, status] of Object.entries(accepts)) {
  test(`Accept: ${accept} is answered ${status}`, async () => {
    const scene = await makeSchedule(app);

    const answer = await send(scene, 'GET', '/scheduling/practices', { headers: { accept } });

    assert.equal(answer.status, status);
    if (status === 406) assertError(answer, 406, 'not_acceptable');
  });
}

test('410 gone for what was deleted or cancelled', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const { appointment_guid } = await makeAppointment(scene, id);
  const appointment = `/scheduling/appointments/${appointment_guid}`;
  await send(scene, 'DELETE', appointment);
  await send(scene, 'DELETE', `/scheduling/bookings/${id}`);

  const cancelled = await send(scene, 'DELETE', appointment);
  const deleted = await send(scene, 'GET', `/scheduling/bookings/${id}`);

  assertError(cancelled, 410, 'gone');
  assertError(deleted, 410, 'gone');
});

test('413 payload_too_large for more than a mebibyte', async () => {
  const scene = await makeSchedule(app);
  const body = { ...bookingBody(scene, nine), more: 'x'.repeat(1024 * 1024) };

  const answer = await send(scene, 'POST', '/scheduling/bookings', { body });

  assertError(answer, 413, 'payload_too_large');
});

for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'x']) {
  test(`415 unsupported_media_type for a body of ${type}`, async () => {
    const scene = await makeSchedule(app);
    const request = { body: bookingBody(scene, nine), headers: { 'content-type': type } };

    const answer = await send(scene, 'POST', '/scheduling/bookings', request);

    assertError(answer, 415, 'unsupported_media_type');
  });
}

test('418 teapot, for anybody', async () => {
  const response = await fetch(`${app.url}/scheduling/coffee`, { method: 'POST' });

  const { status, ...rest } = (await response.json()) as Record<string, unknown>;

  assert.equal(response.status, 418);
  assert.equal(status, 'teapot');
  assert.deepEqual(Object.keys(rest), ['message', 'request_id']);
});

test('429 too_many_requests says when to come again', async () => {
  const scene = await makeSchedule(app);
  const poor = await makeConsumer(app, scene.organization, { plan: 'developer' });
  let answer = await send({ app, ...poor }, 'GET', '/scheduling/practices');

  for (let calls = 0; answer.status === 200 && calls < 10_000; calls += 1) {
    answer = await send({ app, ...poor }, 'GET', '/scheduling/practices');
  }

  assertError(answer, 429, 'too_many_requests');
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  assert.equal(answer.headers.get('x-ratelimit-remaining'), '0');
});

for (const body of ['', '{', '[]', '"text"', 'null', '{"a":1,}', '1', '{"__proto__":{"a":1}}']) {
  test(`400 for a body of ${JSON.stringify(body)}`, async () => {
    const scene = await makeSchedule(app);

    const answer = await send(scene, 'POST', '/scheduling/bookings', { body });

    assertError(answer, 400, 'invalid_request', true);
  });
}

test('400 for a body that is nested without end, with a key or without', async () => {
  const scene = await makeSchedule(app);
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const text = JSON.stringify(bookingBody(scene, nine));
  const body = `${text.slice(0, -1)},"more":${deep}}`;

  for (const headers of [{}, { 'idempotency-key': 'deep' }]) {
    const answer = await send(scene, 'POST', '/scheduling/bookings', { body, headers });

    assertError(answer, 400, 'invalid_request', true);
  }
});

test('an unlikely path is no failure of the server', async () => {
  const scene = await makeSchedule(app);

  for (const path of ['%', '%ff', '%00', '..%2f', '%F0%9F%A6%B7', "'", `${'9'.repeat(64)}`]) {
    const answer = await send(scene, 'GET', `/scheduling/bookings/${path}`);

    assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
    const slug = answer.status === 400 ? 'invalid_request' : 'not_found';
    assertError(answer, answer.status, slug, answer.status === 400);
  }
});

test('a body and content type with GET and DELETE do no harm', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const headers = { 'content-type': 'application/json' };

  const read = await send(scene, 'GET', `/scheduling/bookings/${id}`, { headers });
  const deleted = await send(scene, 'DELETE', `/scheduling/bookings/${id}`, { headers });

  assert.deepEqual([read.status, deleted.status], [200, 200]);
});

test('no body whatever makes the server fail', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('open', nine, 60, true, id));
  const names = ['start', 'start_datetime', 'status', 'recurring', 'length', 'dob', 'phone'];
  const keys = [...names, 'location_id', 'doctor_id', 'booking_id', 'hold_token', 'message'];
  const valid = { ...bookingBody(scene, nine), ...patientBody('zzzzz') };
  const junk = fc.dictionary(fc.constantFrom(...keys), value, { noNullPrototype: true });
  const target = fc.constantFrom(
    ['POST', '/scheduling/bookings'] as const,
    ['PUT', `/scheduling/bookings/${id}`] as const,
    ['POST', '/scheduling/patients'] as const,
  );

  await fc.assert(
    fc.asyncProperty(target, junk, fc.boolean(), async ([method, path], some, isWhole) => {
      const body = isWhole ? { ...valid, ...some } : some;

      const { status, text } = await send(scene, method, path, { body });

      assert.ok(status < 500, `${status} ${text}`);
      if (status >= 400) assert.ok(JSON.parse(text).status in errors);
    }),
    { numRuns: 150 },
  );
});
