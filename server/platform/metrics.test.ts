import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../runtime/testing/until.ts';
import { bookingBody, patientBody } from '../scheduling/testing/scene.ts';
import { makeClient, makeScene } from '../testing/makers.ts';
import { startServer } from '../testing/server.ts';
import { readMetrics, type Sample } from './testing/prometheus.ts';

const app = await startServer();
const scene = await makeScene(app);
const start = '2040-01-02T09:00:00-06:00';

const ask = async (path: string) => (await fetch(app.url + path)).text();
const metrics = async () => readMetrics(await ask('/metrics'));

function countOf(samples: readonly Sample[], labels: Record<string, string>): number {
  return samples
    .filter(({ name }) => name === 'heddle_http_request_seconds_count')
    .filter((one) => Object.entries(labels).every(([name, value]) => one.labels[name] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

test('every family is described once, no series comes twice, and buckets add up', async () => {
  await ask('/healthz');
  const of = { method: 'GET', route: '/healthz', status: '200' };
  await until('it is counted', async () => countOf(await metrics(), of) > 0);

  const samples = await metrics();

  const buckets = samples.filter(
    ({ name, labels }) =>
      name === 'heddle_http_request_seconds_bucket' && labels.route === '/healthz',
  );
  const counts = buckets.map(({ value }) => value);
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
  );
  assert.equal(buckets.at(-1)?.labels.le, '+Inf');
  assert.equal(counts.at(-1), countOf(samples, of));
});

test('requests are counted under the pattern of their route', async () => {
  const labels = { method: 'GET', route: '/scheduling/bookings/:id', status: '404' };
  const before = countOf(await metrics(), labels);

  for (const id of ['zzzzz', '123456', 'nobody']) {
    await scene.client.getBooking({ params: { id } });
  }

  await until('they are counted', async () => countOf(await metrics(), labels) === before + 3);
});

test('the series do not grow with what callers make up', async () => {
  const countUnknown = async () => countOf(await metrics(), { route: 'none' });
  const series = async () =>
    (await metrics()).filter(({ family }) => family === 'heddle_http_request_seconds').length;
  const counted = await countUnknown();
  await ask('/nothing');
  await until('it is counted', async () => (await countUnknown()) === counted + 1);
  const before = await series();

  await Promise.all(Array.from({ length: 50 }, (_, index) => ask(`/nothing/${index}?q=${index}`)));

  await until('they are counted', async () => (await countUnknown()) === counted + 51);
  assert.equal(await series(), before);
});

test('the metrics say nothing of people, callers and what is theirs', async () => {
  const { client, client_id } = await makeClient(app, scene.organization, { plan: 'developer' });
  const made = await client.createBooking({ body: bookingBody(scene, start) });
  assert.ok(made.ok);
  const patient = await client.createPatient({ body: patientBody(made.body.id) });
  assert.ok(patient.ok);
  await client.getBooking({ params: { id: made.body.id } });
  await ask('/scheduling/practices?name=Smith&email=ada@mail.example');

  const text = await ask('/metrics');

  const theirs = [client_id, made.body.id, scene.practice.id, 'Ada', 'Smith', 'mail.example'];
  for (const word of theirs) assert.ok(!text.includes(word), word);
});

test('metrics with a token are shown to nobody else', async () => {
  const metricsToken = 'a-token-of-Prometheus';
  const { url } = await app.another({ HEDDLE_METRICS_TOKEN: metricsToken });
  const ask = (authorization?: string) =>
    fetch(`${url}/metrics`, { headers: authorization ? { authorization } : {} });

  const none = await ask();
  const wrong = await ask('Bearer a-token-of-somebody');
  const right = await ask(`Bearer ${metricsToken}`);

  assert.deepEqual([none.status, wrong.status, right.status], [401, 401, 200]);
  assert.equal(none.headers.get('www-authenticate'), 'Bearer');
  assert.doesNotMatch(await none.text(), /heddle_/);
});
