import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../runtime/testing/owner.ts';
import { head, sendRaw } from '../runtime/testing/socket.ts';
import { until } from '../runtime/testing/until.ts';
import { bookingBody, patientBody } from '../scheduling/testing/scene.ts';
import { makeClient, makeScene } from '../testing/makers.ts';
import { startServer } from '../testing/server.ts';
import { collectLog, type Line } from './testing/collected.ts';

const mailer = { user: 'mailer', password: 'hunter2secret' };
const { log, lines } = collectLog();
const app = await startServer(
  { SMTP_URL: `smtp://${mailer.user}:${mailer.password}@127.0.0.1:1` },
  log,
);
const scene = await makeScene(app);
const { token, client_id, client_secret } = await makeClient(app, scene.organization);
const start = '2040-01-02T09:00:00-06:00';

async function send(method: string, path: string, body?: object, headers = {}) {
  const response = await fetch(app.url + path, {
    method,
    headers: { authorization: token, 'content-type': 'application/json', ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return {
    id: response.headers.get('x-request-id'),
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  };
}

const answersTo = (id: string | null) => lines.filter((line) => line.request_id === id);

/** The one line about a request, which may be written a little after its answer has arrived. */
async function lineOf(id: string | null): Promise<Line> {
  await until('the line is written', () => answersTo(id).length > 0);
  const [line, ...more] = answersTo(id);
  assert.deepEqual(more, []);
  return line as Line;
}

test('each answer is one line: who asked for what, and how it went', async () => {
  const answer = await send(
    'GET',
    `/scheduling/practices/${scene.practice.id}/bookings?status=open`,
  );

  const { duration_ms, caller, ...line } = await lineOf(answer.id);
  assert.deepEqual(line, {
    level: 'info',
    message: 'answered',
    request_id: answer.id,
    method: 'GET',
    route: '/scheduling/practices/:id/bookings',
    status: 200,
  });
  assert.ok(typeof duration_ms === 'number' && duration_ms >= 0);
  assert.match(String(caller), /^consumer:\d+$/);
});

test('an answer to nobody has no caller', async () => {
  const answer = await send('GET', '/scheduling/practices', undefined, { authorization: 'nobody' });

  const line = await lineOf(answer.id);

  assert.equal(line.status, 401);
  assert.equal('caller' in line, false);
});

test('a path that no route has is not written down', async () => {
  const answers = await Promise.all(
    ['/patients/Ada-Smith', '/scheduling/ada@mail.example', '/scheduling/bookings/%ff?q=Ada'].map(
      (path) => send('GET', path),
    ),
  );

  const written = await Promise.all(answers.map(({ id }) => lineOf(id)));

  assert.deepEqual(new Set(written.map(({ route }) => route)), new Set(['none']));
});

test('what watches the server adds lines only where details are asked for', async () => {
  const answers = await Promise.all(
    ['/healthz', '/readyz', '/metrics'].map((path) => send('GET', path)),
  );

  const written = await Promise.all(answers.map(({ id }) => lineOf(id)));

  assert.deepEqual(
    written.map(({ level }) => level),
    ['debug', 'debug', 'debug'],
  );
});

/** A day of a practice, with mistakes; answers what nobody may find in the log. */
async function live(): Promise<string[]> {
  const made = await send('POST', '/scheduling/bookings', bookingBody(scene, start), {
    'idempotency-key': 'key-of-the-caller',
  });
  const { id } = JSON.parse(made.text);
  const held = await send('PUT', `/scheduling/bookings/${id}`, { status: 'pending' });
  const holdToken = held.headers.get('hold-token') ?? '';
  const patient = patientBody(id, { last_name: 'Żółkiewska', hold_token: holdToken });
  const strange = { ...patient, phone: 'call Ada', email: 'ada@mail@example', zip_code: 'x\0' };
  const answers = [
    await send('POST', '/scheduling/patients', strange),
    await send('POST', '/scheduling/patients', { ...patient, 'Ada Smith': '555 555 1234' }),
    await send('POST', '/scheduling/patients', patient),
    await send('GET', `/scheduling/bookings/Ada%20Smith?email=ada@mail.example`),
    await send('GET', '/scheduling/bookings/%ff?phone=5555551234'),
    await send('GET', `/forms/form?appointment_guid=Ada+Smith&token=${token}`),
    await send('GET', '/scheduling/practices?name=Smith', undefined, { cookie: 'session=Smith' }),
    await send('POST', `/oauth2/token?secret=${client_secret}`, {
      grant_type: 'client_credentials',
      client_id,
      client_secret,
    }),
    await send('POST', '/oauth2/token', { client_id: 'Ada Smith', client_secret }),
  ];
  await sendRaw(app.url, `${head('POST /scheduling/patients', { 'content-length': '5' })}{"Ada`);
  await sendRaw(app.url, 'Ada Smith, 555 555 1234\r\n\r\n');
  for (const answer of answers) await lineOf(answer.id);
  const { access_token } = JSON.parse(answers[7]?.text ?? '');
  return [String(access_token), holdToken, id];
}

/** A word by itself: a random id has every three letters in it now and then. */
function standsIn(text: string, word: string): boolean {
  const isPlain = /^[\p{L}\p{N}]+$/u.test(word);
  if (!isPlain) return text.includes(word);
  return new RegExp(`(?<![\\p{L}\\p{N}.])${word}(?![\\p{L}\\p{N}])`, 'u').test(text);
}

test('a day of a practice leaves no word of a person, a secret or a query in the log', async () => {
  const theirs = await live();
  await until('a mail could not be handed over', () =>
    lines.some(({ job }) => job === 'mail.send'),
  );
  // A database error of which PostgreSQL quotes the row.
  await asOwner(
    app.address,
    'alter table scheduling.patient add check (first_name is null) not valid',
  );
  const broken = await send(
    'POST',
    '/scheduling/bookings',
    bookingBody(scene, start.replace('09', '11')),
  );
  const { id } = JSON.parse(broken.text);
  const failed = await send('POST', '/scheduling/patients', patientBody(id));
  assert.equal(failed.status, 500);
  await until('its line is written', () => answersTo(failed.id).length === 2);

  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  const signature = (jwt = '') => jwt.split('.')[2] ?? '';
  for (const word of [
    ...['Ada', 'Smith', 'Żółkiewska', 'Zolkiewska', '60601', '555 555', '5555551234', '+1555'],
    ...['mail.example', 'acme.example', 'Acme', 'Alpha', 'Springfield', 'appointment_guid'],
    ...['session=', 'key-of-the-caller', '?'],
    ...[client_secret, client_id, token, signature(token), signature(theirs[0]), ...theirs],
    ...[mailer.user, mailer.password],
  ]) {
    assert.ok(word !== '' && !standsIn(text, word), `${word} is in the log`);
  }
  for (const line of text.split('\n')) assert.doesNotThrow(() => JSON.parse(line));
});
