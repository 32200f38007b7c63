import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { requestToken } from '../contract/client.ts';
import { asOwner } from '../server/runtime/testing/owner.ts';
import { until } from '../server/runtime/testing/until.ts';
import { accepted } from '../server/scheduling/testing/answers.ts';
import { patientBody } from '../server/scheduling/testing/scene.ts';
import { certificate, privateKey } from './testing/certificate.ts';
import { makeDatabase } from './testing/database.ts';
import { holderOf, makeFolder } from './testing/folder.ts';
import {
  complaintOf,
  heddle,
  heddleJson,
  onlyDocument,
  type Served,
  serve,
} from './testing/heddle.ts';
import { clientOf, makeOpenings, makePractice } from './testing/practice.ts';

const database = await makeDatabase({ after });
const folder = await makeFolder({ after });
const environment = { DATABASE_URL: database.url, HEDDLE_DATA: folder };
const { practice, consumer } = await makePractice(environment);

async function end(server: Served): Promise<void> {
  server.signal('SIGTERM');
  assert.equal((await server.ended).code, 0, server.stderr);
}

async function countMails(): Promise<number> {
  const text = 'select count(*)::int as mails from platform.mail';
  const [row] = await asOwner<{ mails: number }>(database.address, text);
  return row?.mails ?? 0;
}

test('web answers and leaves jobs alone; worker runs them and has no API', async () => {
  const web = await serve({ ...environment, HEDDLE_ROLES: 'web' });
  const client = await clientOf(web.url, consumer);
  const [opening = ''] = await makeOpenings(client, practice, 1);
  accepted(await client.createPatient({ body: patientBody(opening) }));
  const before = await countMails();
  const worker = await serve({ ...environment, HEDDLE_ROLES: 'worker' });

  await until('both mails are there', async () => (await countMails()) === 2);
  const paths = ['/healthz', '/readyz', '/metrics', '/scheduling/practices', '/docs'];
  const answers = await Promise.all(paths.map((path) => fetch(worker.url + path)));

  assert.equal(before, 0);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 404, 404],
  );
  await Promise.all([end(web), end(worker)]);
});

test('with DATABASE_URL nothing is started here, and the demo loads there', async () => {
  const demo = await heddleJson(['demo'], environment);
  const again = await heddleJson(['demo'], environment);

  assert.deepEqual(again, demo);
  assert.equal(await holderOf(folder), undefined);
});

test('a database URL may name the folder of the socket as its host', async () => {
  const { pathname, username, searchParams } = new URL(database.url.replace('@/', '@localhost/'));
  const host = encodeURIComponent(searchParams.get('host') ?? '');
  const DATABASE_URL = `postgres://${username}@${host}${pathname}`;

  assert.deepEqual(await heddleJson(['migrate'], { ...environment, DATABASE_URL }), { ok: true });
});

test('HTTPS is served with a certificate and its key', async (t) => {
  const place = await makeFolder(t);
  await mkdir(place, { recursive: true });
  const pair = {
    HEDDLE_TLS_CERT: join(place, 'certificate.pem'),
    HEDDLE_TLS_KEY: join(place, 'key.pem'),
  };
  await writeFile(pair.HEDDLE_TLS_CERT, certificate);
  await writeFile(pair.HEDDLE_TLS_KEY, privateKey, { mode: 0o600 });
  const server = await serve({ ...environment, ...pair });

  const status = await new Promise((resolve, reject) => {
    const asking = request(`${server.url}/readyz`, { ca: certificate, servername: 'localhost' });
    asking.once('response', (answer) => resolve(answer.resume().statusCode)).once('error', reject);
    asking.end();
  });

  assert.match(server.url, /^https:/);
  assert.equal(status, 200);
  await end(server);
});

test('only a trusted proxy says where a request comes from', async () => {
  const trusting = await serve({ ...environment, HEDDLE_TRUST_PROXY: '127.0.0.0/8' });
  const wary = await serve(environment);

  const outcomes: number[] = [];
  for (const { url } of [trusting, wary]) {
    await fail(url, '203.0.113.1', 60);
    outcomes.push(await fail(url, '203.0.113.1', 1), await fail(url, '203.0.113.2', 1));
  }

  assert.deepEqual(outcomes, [429, 401, 429, 429]);
  await Promise.all([end(trusting), end(wary)]);
});

/** The status of the last of several attempts with a wrong secret. */
async function fail(url: string, address: string, times: number): Promise<number> {
  let status = 0;
  for (let time = 0; time < times; time += 1) {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'nobody' });
    body.set('client_secret', 'wrong');
    const headers = { 'x-forwarded-for': address };
    status = (await fetch(`${url}/oauth2/token`, { method: 'POST', body, headers })).status;
  }
  return status;
}

test('the host is the one address that is listened at', async () => {
  const server = await serve({ ...environment, HEDDLE_HOST: '127.0.0.2' });

  const [there, elsewhere] = await Promise.all([
    isOpen('127.0.0.2', server.port),
    isOpen('127.0.0.1', server.port),
  ]);

  assert.deepEqual([there, elsewhere], [true, false]);
  await end(server);
});

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

test('logs are JSON lines, with neither people nor secrets', async () => {
  const server = await serve({ ...environment, LOG_LEVEL: 'trace' });
  const client = await clientOf(server.url, consumer);
  const [opening = ''] = await makeOpenings(client, practice, 1);
  const person = { last_name: 'Zwergmaier', email: 'zwerg@maier.example', dob: '1987-06-05' };
  const body = patientBody(opening, { ...person, phone: '+1 312 555 0187' });
  const booked = accepted(await client.createPatient({ body }));
  await client.createPatient({ body: { ...body, first_name: '' } });
  await client.listPatients({ params: { id: practice.id } });
  await fail(server.url, '203.0.113.9', 1);
  const { access_token } = await requestToken(server.url, consumer);

  await end(server);

  const lines = server.stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const post = lines.find((one) => one.route === '/scheduling/patients' && one.status === 201);
  assert.match(post?.request_id, /^req_/);
  assert.match(post?.caller, /^consumer:\d+$/);
  assert.ok(post?.duration_ms > 0);
  const secrets = [
    consumer.client_secret,
    consumer.client_id,
    access_token,
    access_token.slice(-40),
  ];
  const people = [...Object.values(person), '3125550187', '555 0187', booked.appointment_guid];
  for (const hidden of [...secrets, ...people, 'Ada']) {
    assert.ok(!server.stderr.includes(hidden), hidden);
  }
});

test('a migration that was changed stops the start in a line', async (t) => {
  const changed = await makeDatabase(t);
  await asOwner(changed.address, "update platform.migration set checksum = 'other'");

  const outcome = await heddle(['serve', '--json'], { ...environment, DATABASE_URL: changed.url });

  assert.equal(outcome.code, 1);
  assert.match(complaintOf(outcome), /^heddle: 0001-\S+ was changed after it had been applied/);
  assert.partialDeepStrictEqual(onlyDocument(outcome), { ok: false });
});
