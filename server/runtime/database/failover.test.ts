import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { migrateDatabase, Server } from '../../main.ts';
import { listen } from '../../messaging/feed/testing/hearing.ts';
import { makeOffice, openChannel, startThread } from '../../messaging/testing/website.ts';
import { makeBooking, makeSchedule, patientBody } from '../../scheduling/testing/scene.ts';
import { TestClock } from '../../testing/clock.ts';
import { silent } from '../../testing/cluster.ts';
import type { TestServer } from '../../testing/server.ts';
import { readConfig } from '../config.ts';
import type { Embedded } from '../embedded/embedded.ts';
import { asOwner, connect } from '../testing/owner.ts';
import { relayTo } from '../testing/relay.ts';
import { makeClusters } from '../testing/replica.ts';
import { until } from '../testing/until.ts';

const clusters = await makeClusters();
const first = await clusters.start('first');
await migrateDatabase(first.address, silent);
const second = await clusters.follow('second', first);
const [way, otherWay] = await Promise.all([relayOf(first), relayOf(second)]);
// The replica comes first: whoever can write has to be looked for.
const connectionString = `postgres://postgres@127.0.0.1:${otherWay.port},127.0.0.1:${way.port}/heddle?target_session_attrs=read-write`;
const clock = new TestClock();
const server = new Server(
  readConfig({ HEDDLE_DATA: join(clusters.folder, 'server'), HEDDLE_PORT: '0' }),
  { connectionString },
  silent,
  clock,
);
await server.start();
const url = `http://127.0.0.1:${await server.listen()}`;
const app = { url, server, clock, address: first.address } as TestServer;
after(async () => {
  await server.stop();
  await Promise.all([way.close(), otherWay.close()]);
  await clusters.remove();
});
const scene = await makeSchedule(app);
const { ann, ben } = await makeOffice(app);
const channel = await openChannel(ann, 'Failing over', [ben]);

function relayOf({ address: { host, port } }: Embedded) {
  return relayTo(join(host, `.s.PGSQL.${port}`));
}

async function readiness() {
  const response = await fetch(`${url}/readyz`);
  const { status: problem } = (await response.json()) as { status: string };
  return { status: response.status, problem };
}

async function book(day: number) {
  const start = `2040-02-${String(day).padStart(2, '0')}T09:00:00-06:00`;
  const { id } = await makeBooking(scene, start);
  return scene.client.createPatient({ body: patientBody(id) });
}

async function mailsAt({ address }: Embedded): Promise<number> {
  return (await asOwner(address, 'select from platform.mail')).length;
}

test('of several hosts a server finds the one that can write', async () => {
  const booked = await book(1);

  assert.ok(booked.ok);
  assert.equal((await readiness()).status, 200);
  await until('mails are written', async () => (await mailsAt(first)) === 2);
});

test('a server that can no longer write is a 503 and not ready, until it can again', async () => {
  const { id } = await makeBooking(scene, '2040-02-02T09:00:00-06:00');
  const setting = 'alter system set default_transaction_read_only';
  await asOwner(first.address, `${setting} = on`);
  await asOwner(first.address, 'select pg_reload_conf()');
  const unready = await until('it is not ready', async () => {
    const { status, ...body } = await readiness();
    return status === 503 && body;
  });
  const refused = await scene.client.createPatient({ body: patientBody(id) });
  const connection = await connect(first.address);
  await connection.rows('set default_transaction_read_only = off');
  await connection.rows(`${setting} = off`);
  await connection.rows('select pg_reload_conf()');
  await connection.end();
  const booked = await until('it books', async () => {
    const answer = await scene.client.createPatient({ body: patientBody(id) });
    return answer.ok && answer;
  });
  await until('it is ready', async () => (await readiness()).status === 200);

  assert.ok(booked);
  assert.ok(!refused.ok && refused.status === 503, JSON.stringify(refused));
  assert.match(unready.problem, /database/);
});

test('when the first fails and the second is promoted, everything goes on there by itself', async () => {
  const hearing = await listen(url, ben);
  await startThread(ann, channel, 'Before.');
  await hearing.until('Before.');
  await until('the second has all', async () => (await mailsAt(second)) === (await mailsAt(first)));
  const mails = await mailsAt(second);

  way.freeze();
  way.swallow();
  await asOwner(second.address, 'select pg_promote()');
  await until('it is ready again', async () => (await readiness()).status === 200);
  const booked = await until('it books', () => book(3).catch(() => undefined));
  const thread = await startThread(ann, channel, 'Afterwards.');

  assert.ok(booked.ok);
  assert.ok(thread);
  await hearing.until('Afterwards.');
  hearing.close();
  await until('mails are written', async () => (await mailsAt(second)) === mails + 2);
  await until('it listens', () => server.platform.listener.connected);
});
