import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { adoptDatabase, examine, migrateDatabase, Server } from '../../main.ts';
import { queueMails } from '../../platform/mail/mail.ts';
import { readConfig } from '../../runtime/config.ts';
import type { Address } from '../../runtime/database/connection.ts';
import { copyRows } from '../../runtime/testing/dump.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../scheduling/testing/scene.ts';
import { createEmpty, dropDatabase, joinCluster, silent } from '../../testing/cluster.ts';
import { startServer } from '../../testing/server.ts';

// A copy in the PostgreSQL that it came from counts on where that is: nothing of it is ahead.
const app = await startServer({ HEDDLE_ROLES: 'web' });
const cluster = await joinCluster();
const copy = await createEmpty(cluster);
const running: Server[] = [];
after(async () => {
  for (const server of running) await server.stop();
  await dropDatabase(cluster, copy);
  await cluster.stop();
});
const scene = await makeSchedule(app);
const guid = await book(app.url, 1);
await queueMail('Due when it was copied');
await migrateDatabase(copy, silent);
await copyRows(app.address, copy);

async function book(url: string, day: number): Promise<string> {
  const client = scene.as(url);
  const { id } = await makeBooking({ ...scene, client }, `2040-03-0${day}T09:00:00-06:00`);
  return (await makeAppointment({ client }, id)).appointment_guid;
}

async function queueMail(subject: string): Promise<void> {
  const { platform, jobs } = app.server;
  const mail = { key: 'due', recipient: 'due@mail.example', subject, body: 'Due.' };
  await platform.database.system.transaction((tx) =>
    queueMails(tx, jobs.enqueue, scene.organization, [mail], app.clock.now()),
  );
}

function configAt(address: Address) {
  assert.ok('database' in address);
  const { host, port, user, database } = address;
  return readConfig({
    HEDDLE_DATA: app.dataDirectory,
    HEDDLE_PORT: '0',
    DATABASE_URL: `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`,
  });
}

async function start(): Promise<{ url: string } | { refusal: string }> {
  const server = new Server(configAt(copy), copy, silent, app.clock);
  running.push(server);
  try {
    await server.start();
  } catch (error) {
    return { refusal: (error as Error).message };
  }
  return { url: `http://127.0.0.1:${await server.listen()}` };
}

async function mailsAbout(subject: string): Promise<number> {
  const like = [`appointment ${subject} %`];
  return (await asOwner(copy, 'select from platform.mail where key like $1', like)).length;
}

const adoptionAt = async (address: Address) =>
  (await examine(configAt(address), silent)).find(({ check }) => check === 'adoption');

test('a copy beside its original is refused, and what was due in it is held', async () => {
  const found = [await adoptionAt(app.address), await adoptionAt(copy)];
  const refused = await start();
  const { adopted, held } = await adoptDatabase(configAt(copy), silent, undefined);
  const again = await adoptDatabase(configAt(copy), silent, undefined);
  const started = await start();
  assert.ok('url' in started, JSON.stringify(started));
  const later = await book(started.url, 2);
  await until('its mails are written', async () => (await mailsAbout(later)) === 2);

  assert.deepEqual(
    found.map((one) => one?.ok),
    [true, false],
  );
  assert.match(found[1]?.detail ?? '', /restored from a copy: .* Run heddle adopt/);
  assert.match('refusal' in refused ? refused.refusal : '', /restored from a copy/);
  assert.equal(adopted, true);
  assert.deepEqual(
    held.map(({ job, about }) => [job, about]),
    [
      ['appointments.tell_scheduled', guid],
      ['mail.send', 'Due when it was copied'],
    ],
  );
  assert.deepEqual(again, { adopted: false, sent: 0, dropped: 0, held });
  assert.equal(await mailsAbout(guid), 0);
});

test('whose the log is, is noted at the first start that finds nothing, and looked at from then on', async () => {
  const identity = `select value from platform.setting where name = 'identity'`;
  const [noted] = await asOwner(app.address, identity);
  const ready = async () => (await fetch(`${app.url}/readyz`)).json();
  const set = (value: string) =>
    asOwner(app.address, `update platform.setting set value = ${value} where name = 'identity'`);

  const before = await ready();
  await set(`value || '{"database": 1}'`);
  const copied = await ready();
  await asOwner(app.address, `delete from platform.setting where name = 'identity'`);
  const upgraded = await ready();
  await app.another();

  assert.deepEqual([before, upgraded], [{ status: 'ok' }, { status: 'ok' }]);
  assert.deepEqual(copied, { status: 'database restored from a copy: run heddle adopt' });
  assert.deepEqual(await asOwner(app.address, identity), [noted]);
});
