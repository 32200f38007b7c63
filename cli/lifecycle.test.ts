import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { killPostmaster } from '../server/runtime/embedded/testing/sandbox.ts';
import { until } from '../server/runtime/testing/until.ts';
import { accepted } from '../server/scheduling/testing/answers.ts';
import { patientBody } from '../server/scheduling/testing/scene.ts';
import { holderOf, makeFolder } from './testing/folder.ts';
import { complaintOf, heddle, heddleJson, type Served, serve } from './testing/heddle.ts';
import { clientOf, makeOpenings, makePractice, tokenOf } from './testing/practice.ts';
import { beginUpload } from './testing/upload.ts';

const folder = await makeFolder({ after });
const environment = { HEDDLE_DATA: folder };

const first = await serve(environment);
const { organization, practice, consumer } = await makePractice(environment);
first.signal('SIGTERM');
assert.equal((await first.ended).code, 0);

const place = { location_id: practice.locations[0]?.id, doctor_id: practice.doctors[0]?.id };

async function statusOf(url: string): Promise<number | undefined> {
  const answer = await fetch(url).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status;
}

async function statusWith(server: Served, token: string): Promise<number> {
  const headers = { authorization: token };
  return (await fetch(`${server.url}/scheduling/practices`, { headers })).status;
}

for (const [name, toGroup] of [
  ['SIGTERM', true],
  ['SIGINT', true],
  ['SIGTERM', false],
  ['SIGHUP', false],
] as const) {
  const target = toGroup ? 'the process group' : 'the server';
  test(`${name} to ${target} lets a request under way be answered`, async () => {
    const server = await serve(environment, { detached: true });
    const token = await tokenOf(server.url, consumer);
    const body = { ...place, start_datetime: '2031-05-01T10:00:00Z', status: 'open' };
    const upload = await beginUpload(`${server.url}/scheduling/bookings`, token, body);

    process.kill(toGroup ? -server.pid : server.pid, name);
    await until('nothing listens', async () => !(await statusOf(`${server.url}/healthz`)));
    const answer = await upload.finish();
    const { code } = await server.ended;

    assert.equal(answer.status, 201);
    assert.equal(code, 0);
    assert.equal(await holderOf(folder), undefined);
  });
}

test('a second signal does not wait', async () => {
  const server = await serve(environment);
  const token = await tokenOf(server.url, consumer);
  const body = { ...place, start_datetime: '2031-05-02T10:00:00Z', status: 'open' };
  const upload = await beginUpload(`${server.url}/scheduling/bookings`, token, body);
  const cut = assert.rejects(upload.answered);

  server.signal('SIGTERM');
  await until('it has ended', () => {
    server.signal('SIGTERM');
    return server.code !== null;
  });

  assert.equal(server.code, 1);
  await cut;
});

test('two servers share a data folder, and the last one out stops PostgreSQL', async () => {
  const [one, two] = await Promise.all([serve(environment), serve(environment)]);
  const rotated = await heddleJson<typeof consumer>(
    ['consumer', 'create', '--organization', organization, '--name', 'Guest', '--scope', 'all'],
    environment,
  );
  const token = await tokenOf(one.url, rotated);
  const before = await Promise.all([statusWith(one, token), statusWith(two, token)]);

  await heddleJson(['consumer', 'revoke', '--client-id', rotated.client_id], environment);
  const revoked = await Promise.all([statusWith(one, token), statusWith(two, token)]);
  one.signal('SIGTERM');
  await one.ended;
  const alone = await statusWith(two, await tokenOf(two.url, consumer));
  two.signal('SIGTERM');
  await two.ended;

  assert.deepEqual(before, [200, 200]);
  assert.deepEqual(revoked, [401, 401]);
  assert.deepEqual([one.code, alone, two.code], [0, 200, 0]);
  assert.equal(await holderOf(folder), undefined);
});

test('a server whose port is taken gives way in a line, and does no harm', async () => {
  const server = await serve(environment);
  const token = await tokenOf(server.url, consumer);

  const outcome = await heddle(['serve', '--port', String(server.port), '--json'], environment);

  assert.equal(outcome.code, 1);
  assert.equal(
    complaintOf(outcome),
    `heddle: port ${server.port} is in use; choose another with --port or HEDDLE_PORT.`,
  );
  assert.equal(await statusWith(server, token), 200);
  server.signal('SIGTERM');
  assert.equal((await server.ended).code, 0);
});

test('what was booked is there after the server and PostgreSQL were killed', async () => {
  const server = await serve(environment);
  const client = await clientOf(server.url, consumer);
  const [opening = ''] = await makeOpenings(client, practice, 1);
  const booked = accepted(await client.createPatient({ body: patientBody(opening) }));

  server.signal('SIGKILL');
  await server.ended;
  const orphan = await holderOf(folder);
  await killPostmaster(orphan?.pid ?? 0, folder);
  const next = await serve(environment);
  const again = await clientOf(next.url, consumer);
  const params = { id: practice.id };
  const appointments = accepted(await again.listAppointments({ params }));

  assert.ok(orphan);
  assert.equal(appointments.filter(({ guid }) => guid === booked.appointment_guid).length, 1);
  next.signal('SIGTERM');
  assert.equal((await next.ended).code, 0);
  assert.equal(await holderOf(folder), undefined);
});

test('PostgreSQL may die under the server: it is ready again by itself', async () => {
  const server = await serve(environment);
  const client = await clientOf(server.url, consumer);
  const [opening = ''] = await makeOpenings(client, practice, 1);
  const seen: number[] = [];
  const watch = until('it was unready', async () => {
    seen.push((await statusOf(`${server.url}/readyz`)) ?? 0);
    return seen.includes(503);
  });

  await killPostmaster((await holderOf(folder))?.pid ?? 0, folder);
  await watch;
  await until('it is ready', async () => (await statusOf(`${server.url}/readyz`)) === 200);
  const booked = await until('a booking is taken', async () => {
    const answer = await client.createPatient({ body: patientBody(opening) });
    if (answer.ok) return answer.body;
    assert.equal(answer.status, 503);
    return undefined;
  });

  assert.ok(booked.appointment_guid);
  assert.ok(seen.every((status) => status === 200 || status === 503));
  server.signal('SIGTERM');
  assert.equal((await server.ended).code, 0);
  assert.equal(await holderOf(folder), undefined);
});
