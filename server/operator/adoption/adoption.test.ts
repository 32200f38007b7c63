import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { adoptDatabase, examine, migrateDatabase, Server } from '../../main.ts';
import { listen } from '../../messaging/feed/testing/hearing.ts';
import { makeOffice, openChannel, startThread } from '../../messaging/testing/website.ts';
import { queueMails } from '../../platform/mail/mail.ts';
import { readConfig } from '../../runtime/config.ts';
import type { Db } from '../../runtime/database/tx.ts';
import { copyRows, spendTransactions } from '../../runtime/testing/dump.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { makeClusters } from '../../runtime/testing/replica.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../scheduling/testing/scene.ts';
import { silent } from '../../testing/cluster.ts';
import { startServer } from '../../testing/server.ts';
import { insertBoundary, selectNumberColumns } from './store.ts';

// What is copied comes from a database that has been at work for long, and goes to a new one.
const app = await startServer({ HEDDLE_ROLES: 'web' });
const clusters = await makeClusters();
const fresh = await clusters.start('fresh');
const running: Server[] = [];
after(async () => {
  for (const server of running) await server.stop();
  await clusters.remove();
});
await spendTransactions(app.address, 30_000);
const scene = await makeSchedule(app);
const { ann, ben } = await makeOffice(app);
const channel = await openChannel(ann, 'Copied', [ben]);
const readGuid = await book(app.url, 1);
const worker = await app.another({ HEDDLE_ROLES: 'worker' });
await until('it is told', async () => (await mailsAbout(app.address, readGuid)) === 2);
await until('its mails are sent', async () => (await jobsOf('mail.send')) === 0);
await worker.server.stop();
const oldPosition = (await listen(app.url, ben)).position;
const dueGuid = await book(app.url, 2);
await queueMail('Due when it was copied');
await migrateDatabase(fresh.address, silent);
await copyRows(app.address, fresh.address);

const db: Db = {
  rows: (text, values = []) => asOwner(fresh.address, text, [...values]) as never,
};

type At = Parameters<typeof asOwner>[0];

async function book(url: string, day: number): Promise<string> {
  const client = scene.as(url);
  const { id } = await makeBooking({ ...scene, client }, `2040-03-0${day}T09:00:00-06:00`);
  return (await makeAppointment({ client }, id)).appointment_guid;
}

async function mailsAbout(at: At, guid: string): Promise<number> {
  const rows = await asOwner(at, 'select from platform.mail where key like $1', [
    `appointment ${guid} %`,
  ]);
  return rows.length;
}

async function jobsOf(name: string): Promise<number> {
  const open = `select from pgboss.job where name = $1 and state < 'completed'`;
  return (await asOwner(app.address, open, [name])).length;
}

async function queueMail(subject: string): Promise<void> {
  const { platform, jobs } = app.server;
  const mail = { key: 'due', recipient: 'due@mail.example', subject, body: 'Due.' };
  await platform.database.system.transaction((tx) =>
    queueMails(tx, jobs.enqueue, scene.organization, [mail], app.clock.now()),
  );
}

function configOf(database = 'heddle') {
  const { host, port, user } = fresh.address;
  const place = `host=${encodeURIComponent(host)}&port=${port}`;
  return readConfig({
    HEDDLE_DATA: app.dataDirectory,
    HEDDLE_PORT: '0',
    DATABASE_URL: `postgres://${user}@/${database}?${place}`,
  });
}

function compose(database = 'heddle'): Server {
  return new Server(configOf(database), { ...fresh.address, database }, silent, app.clock);
}

async function refusal(): Promise<string> {
  const server = compose();
  const reason: Error = await server.start().then(
    () => new Error('it started'),
    (error) => error,
  );
  await server.stop();
  return reason.message;
}

async function start(database?: string): Promise<string> {
  const server = compose(database);
  running.push(server);
  await server.start();
  return `http://127.0.0.1:${await server.listen()}`;
}

const adopt = (decision?: 'send' | 'drop', database?: string) =>
  adoptDatabase(configOf(database), silent, decision);

const complaint = async () =>
  (await examine(configOf(), silent)).find(({ check }) => check === 'adoption');

test('a reader ahead of its database is no readiness, and a metric above zero', async () => {
  const lead = async () =>
    /^heddle_event_lead_transactions (\d+)/m.exec(
      await (await fetch(`${app.url}/metrics`)).text(),
    )?.[1];
  const ready = await fetch(`${app.url}/readyz`);
  const level = await lead();

  await asOwner(app.address, `insert into platform.event_reader values ('ahead', '9000000000', 0)`);
  const unready = await fetch(`${app.url}/readyz`);
  const ahead = await lead();
  await asOwner(app.address, `delete from platform.event_reader where name = 'ahead'`);

  assert.deepEqual([ready.status, level, unready.status], [200, '0', 503]);
  assert.match(await unready.text(), /restored from a copy: run heddle adopt/);
  assert.ok(Number(ahead) > 1_000_000_000);
});

test('a restored copy is refused until it has been adopted to the end', async () => {
  const found = await complaint();
  const first = await refusal();

  await insertBoundary(db);
  const second = await refusal();

  assert.match(first, /restored from a copy.* ahead of it.*Run heddle adopt/);
  assert.match(second, /broken off: run heddle adopt again/);
  assert.equal(found?.ok, false);
  assert.match(found?.detail ?? '', /ahead of it/);
});

test('adopting holds and lists what was due, and what happens later goes out', async () => {
  const { adopted, held } = await adopt();
  const again = await adopt();
  const undecided = await complaint();
  // Two databases to decide about.
  await asOwner({ ...fresh.address, database: 'postgres' }, 'create database sent template heddle');
  const url = await start();
  const guid = await book(url, 3);
  await until('its mails are written', async () => (await mailsAbout(fresh.address, guid)) === 2);

  assert.equal(adopted, true);
  assert.deepEqual(
    held.map(({ job, about }) => [job, about]),
    [
      ['appointments.tell_scheduled', dueGuid],
      ['mail.send', 'Due when it was copied'],
    ],
  );
  assert.deepEqual(again, { adopted: false, sent: 0, dropped: 0, held });
  assert.match(undecided?.detail ?? '', /^2 held .*--send or --drop/);
  assert.equal(await mailsAbout(fresh.address, dueGuid), 0);
});

test('no number of a transaction is above its own any more', async () => {
  const columns = await selectNumberColumns(db);

  const above = await Promise.all(
    columns.map(async ({ schema, table, column }) => {
      const rows = await asOwner(
        fresh.address,
        `select from ${schema}.${table} where ${column} > pg_snapshot_xmax(pg_current_snapshot())`,
      );
      return { table, rows: rows.length };
    }),
  );

  assert.ok(above.length >= 4);
  assert.deepEqual(
    above.filter(({ rows }) => rows > 0),
    [],
  );
});

test('a position of the copied database is one of another epoch: who has it begins anew', async () => {
  const [server] = running.slice(-1) as [Server];
  const { port } = server.http.server.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;

  const hearing = await listen(url, ben, { after: oldPosition });
  const { id } = await hearing.untilEvent('resync');
  hearing.close();
  await asOwner(fresh.address, 'select pg_current_xact_id()');
  const going = await listen(url, ben, { after: id });
  await startThread(ann, channel, 'In the copied one.');

  assert.match(id, /^\d+-\d+-1$/);
  assert.deepEqual(
    going.frames.filter(({ event }) => event === 'resync'),
    [],
  );
  going.close();
});

test('what is held goes out once when that is decided', async () => {
  const { sent, held } = await adopt('send', 'sent');
  const more = await adopt('send', 'sent');
  await start('sent');
  const address = { ...fresh.address, database: 'sent' };
  await until('it is told', async () => (await mailsAbout(address, dueGuid)) === 2);

  assert.deepEqual([sent, held, more.sent], [2, [], 0]);
});

test('what is dropped never goes out, and its mail says so', async () => {
  const { dropped, held } = await adopt('drop');
  const [mail] = await asOwner<{ failure: string }>(
    fresh.address,
    `select failure from platform.mail where key = 'due'`,
  );

  assert.deepEqual([dropped, held], [2, []]);
  assert.match(mail?.failure ?? '', /dropped/);
  assert.equal((await complaint())?.ok, true);
  assert.equal(await mailsAbout(fresh.address, dueGuid), 0);
});
