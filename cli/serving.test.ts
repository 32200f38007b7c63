import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { until } from '../server/runtime/testing/until.ts';
import { accepted } from '../server/scheduling/testing/answers.ts';
import { holderOf, makeFolder } from './testing/folder.ts';
import { heddleJson, launch, onlyDocument, serve } from './testing/heddle.ts';
import {
  type Credentials,
  clientOf,
  makePractice,
  type Practice,
  tokenOf,
} from './testing/practice.ts';

type Demo = { consumer: Credentials; sync: Credentials; practices: Practice[] };

const folder = await makeFolder({ after });
const environment = { HEDDLE_DATA: folder };
const server = await serve(environment);

async function statusOf(path: string, token?: string): Promise<Response> {
  return fetch(server.url + path, token ? { headers: { authorization: token } } : {});
}

test('the demo is loaded once, by however many at once, and is shown again', async () => {
  const racing = [1, 2].map(() => launch(['demo', '--json'], environment));
  const [one, two] = (await Promise.all(racing)).map((outcome) => onlyDocument(outcome) as Demo);
  const again = await heddleJson<Demo>(['demo'], environment);

  assert.deepEqual(one, two);
  assert.deepEqual(again, one);
  const members = 'organization consumer sync api_key member practices channels chats';
  assert.deepEqual(Object.keys(again), members.split(' '));
  for (const { client_id, client_secret } of [again.consumer, again.sync]) {
    assert.equal(
      `${client_id}:${client_secret}`.length,
      48,
      'openssl base64 writes it in one line',
    );
  }
  const zones = again.practices.map(({ locations }) => locations[0]?.timezone);
  assert.equal(new Set(zones).size, 3);
  for (const { doctors } of again.practices) assert.ok(doctors.length >= 2 && doctors.length <= 4);
});

test('the demo is eight weeks of openings, some booked, some held, some weekly', async () => {
  const { consumer, practices } = await heddleJson<Demo>(['demo'], environment);
  const client = await clientOf(server.url, consumer);

  for (const { id } of practices) {
    const status = ['open' as const, 'pending' as const, 'booked' as const];
    const bookings = accepted(
      await client.listPracticeBookings({ params: { id }, query: { status } }),
    );
    const days = bookings
      .filter(({ recurring }) => !recurring)
      .map(({ start_datetime }) => new Date(start_datetime.slice(0, 10)));
    const counts = Object.groupBy(bookings, (one) => one.status);
    const span = (days.at(-1)?.getTime() ?? 0) - (days[0]?.getTime() ?? 0);
    const hours = new Set(bookings.map((one) => one.start_datetime.slice(11, 13)));

    assert.ok(Math.abs(span / 86_400_000 - 55) <= 4);
    assert.ok(days.every((day) => day.getUTCDay() >= 1 && day.getUTCDay() <= 5));
    assert.deepEqual([...hours].sort(), ['09', '10', '11', '13', '14', '15']);
    assert.ok((counts.open?.length ?? 0) > 300);
    assert.ok((counts.booked?.length ?? 0) >= 5);
    assert.equal(counts.pending?.length, 2);
    assert.ok(bookings.some(({ recurring }) => recurring));
  }
});

test('the demo has completed forms, as PDF', async () => {
  const { consumer } = await heddleJson<Demo>(['demo'], environment);
  const client = await clientOf(server.url, consumer);
  const since = new Date(Date.now() - 3600_000).toISOString();

  const { appointment_guids } = accepted(await client.listFormGuids({ query: { since } }));
  const [appointment_guid = ''] = appointment_guids;
  const form = accepted(await client.getForm({ query: { appointment_guid } }));

  assert.equal(appointment_guids.length, 3);
  const pdf = Buffer.from(form.pdf.raw_source, 'base64').toString('latin1');
  assert.match(pdf, /^%PDF-1\.\d[\s\S]*%%EOF\s*$/);
  const { full_name } = form.json as Record<string, string>;
  assert.match(full_name ?? '', /\w+ \w+/);
});

test('a rotated consumer is refused at once by the running server, and comes in anew', async () => {
  const { consumer } = await makePractice(environment);
  const token = await tokenOf(server.url, consumer);
  const before = await statusOf('/scheduling/practices', token);

  const rotated = await heddleJson<Credentials>(
    ['consumer', 'rotate', '--client-id', consumer.client_id],
    environment,
  );

  assert.equal(before.status, 200);
  assert.equal((await statusOf('/scheduling/practices', token)).status, 401);
  await assert.rejects(tokenOf(server.url, consumer), /invalid_client/);
  const anew = await statusOf('/scheduling/practices', await tokenOf(server.url, rotated));
  assert.equal(anew.status, 200);
});

test('maintenance closes the APIs and leaves the health endpoints', async () => {
  const { consumer } = await makePractice(environment);
  const token = await tokenOf(server.url, consumer);

  await heddleJson(['maintenance', 'on', '--retry-after', '60'], environment);
  // The server hears of it a moment after the command.
  const closed = await until('the APIs are closed', async () => {
    const answer = await statusOf('/scheduling/practices', token);
    return answer.status !== 200 && answer;
  });
  const health = await Promise.all(
    ['/healthz', '/readyz', '/metrics'].map((path) => statusOf(path)),
  );
  await heddleJson(['maintenance', 'off'], environment);
  const opened = await until('they are open', async () => {
    const answer = await statusOf('/scheduling/practices', token);
    return answer.status !== 503 && answer;
  });

  assert.deepEqual([closed.status, closed.headers.get('retry-after')], [503, '60']);
  assert.deepEqual(
    health.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal(opened.status, 200);
});

test('secrets are rotated while the server runs: tokens and credentials stay', async () => {
  const before = await heddleJson<Demo>(['demo'], environment);
  const token = await tokenOf(server.url, before.consumer);

  await heddleJson(['secrets', 'rotate'], environment);

  const { keys } = (await (await statusOf('/.well-known/jwks.json')).json()) as { keys: object[] };
  assert.equal(keys.length, 2);
  assert.deepEqual(await heddleJson<Demo>(['demo'], environment), before);
  const fresh = await tokenOf(server.url, before.consumer);
  assert.notEqual(kidOf(fresh), kidOf(token));
  for (const one of [token, fresh]) {
    assert.equal((await statusOf('/scheduling/practices', one)).status, 200);
  }
});

test('a stopped installation is started for a command, and stopped again', async () => {
  const demo = await heddleJson<Demo>(['demo'], environment);
  server.signal('SIGTERM');
  const { code } = await server.ended;

  const between = await holderOf(folder);
  const doctor = await launch(['doctor', '--json'], environment);
  const again = onlyDocument(await launch(['demo', '--json'], environment));

  assert.deepEqual([code, between], [0, undefined]);
  assert.equal(doctor.code, 0);
  assert.deepEqual(again, demo);
  assert.equal(await holderOf(folder), undefined);
});

function kidOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
}
