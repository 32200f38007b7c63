import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startPgbouncer } from '../../../testing/pgbouncer.ts';
import { Server } from '../../main.ts';
import { listen } from '../../messaging/feed/testing/hearing.ts';
import { makeOffice, openChannel, startThread } from '../../messaging/testing/website.ts';
import { accepted } from '../../scheduling/testing/answers.ts';
import {
  listOpen,
  makeBooking,
  makeSchedule,
  patientBody,
} from '../../scheduling/testing/scene.ts';
import { silent } from '../../testing/cluster.ts';
import { makeMember, signIn } from '../../testing/people.ts';
import { startServer, type TestServer } from '../../testing/server.ts';
import { readConfig } from '../config.ts';
import { asOwner } from '../testing/owner.ts';
import { until } from '../testing/until.ts';
import type { Address } from './address.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const own = app.address as { host: string; port: number; database: string; user: string };
const directString = `postgres://${own.user}@/${own.database}?host=${encodeURIComponent(own.host)}&port=${own.port}`;

/** Sessions: as it is, and so that it swallows what a connection asks for at its beginning. */
const session = await startPgbouncer('session', own);
const deaf = await startPgbouncer('session', own, { ignore_startup_parameters: 'options' });
const transaction = await startPgbouncer('transaction', own);
after(() => Promise.all([session.stop(), deaf.stop(), transaction.stop()]));

function compose(address: Address): Server {
  const environment = { HEDDLE_DATA: app.dataDirectory, HEDDLE_PORT: '0' };
  return new Server(readConfig(environment), address, silent, app.clock);
}

async function startThrough(address: Address): Promise<TestServer> {
  const server = compose(address);
  await server.start();
  return { ...app, server, url: `http://127.0.0.1:${await server.listen()}` };
}

const ways: [string, Address][] = [
  ['a pooler of sessions', { connectionString: session.url(own.database) }],
  ['a pooler that swallows options', { connectionString: deaf.url(own.database) }],
  [
    'a pooler of transactions, with a way past it',
    { connectionString: transaction.url(own.database), directString },
  ],
];

for (const [name, address] of ways) {
  describe(`through ${name}`, async () => {
    const way = await startThrough(address);
    after(() => way.server.stop());
    booksAndMails(way);
    talks(way);
    walls(way);
  });
}

function booksAndMails(way: TestServer): void {
  test('openings are pushed, listed and booked once, and mails are written', async () => {
    const scene = await makeSchedule(way);
    const openings = await Promise.all(
      Array.from({ length: 12 }, (_, hour) =>
        makeBooking(scene, `2040-01-02T${String(hour + 8).padStart(2, '0')}:00:00-06:00`),
      ),
    );
    const listed = await listOpen(scene);
    const attempts = openings.flatMap(({ id }) => [id, id, id]);
    const answers = await Promise.all(
      attempts.map((id) => scene.client.createPatient({ body: patientBody(id) })),
    );

    assert.equal(listed.length, openings.length);
    assert.equal(answers.filter(({ ok }) => ok).length, openings.length);
    assert.deepEqual(await listOpen(scene), []);
    const appointments = accepted(
      await scene.client.listAppointments({ params: { id: scene.practice.id } }),
    );
    assert.equal(appointments.length, openings.length);
    await until('every mail is written', async () => {
      const mails = await asOwner(
        app.address,
        'select from platform.mail where organization_id = $1',
        [scene.organization],
      );
      return mails.length >= 2 * openings.length;
    });
  });
}

function talks(way: TestServer): void {
  test('people sign in, post and hear each other', async () => {
    const { organization, ann, ben } = await makeOffice(way);
    const member = await makeMember(way, organization);
    const channel = await openChannel(ann, 'Pooled', [ben]);
    const hearing = await listen(way.url, ben);

    await Promise.all(
      Array.from({ length: 20 }, (_, number) => startThread(ann, channel, `Thread ${number}.`)),
    );
    const session = await signIn(way, member);

    for (let number = 0; number < 20; number += 1) await hearing.until(`Thread ${number}.`);
    hearing.close();
    assert.ok(session);
  });
}

function walls(way: TestServer): void {
  test('every transaction acts as a role that row-level security holds back', async () => {
    const { database } = way.server.platform;
    const [mine, theirs] = await Promise.all([makeSchedule(way), makeSchedule(way)]);
    const text = `select current_user::text as role, array(
      select distinct organization_id from scheduling.doctor) as organizations`;

    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        const { organization } = at % 2 === 0 ? mine : theirs;
        const work = database.of(organization);
        const read = work.reading.rows(text);
        const written = work.transaction((tx) => tx.rows(text));
        return { organization, seen: [...(await read), ...(await written)] };
      }),
    );

    for (const { organization, seen } of answers) {
      const expected = { role: 'heddle_app', organizations: [String(organization)] };
      assert.deepEqual(seen, [expected, expected]);
    }
  });
}

test('without a way past a pooler of transactions a server does not start, and says why', async () => {
  const server = compose({ connectionString: transaction.url(own.database) });

  await assert.rejects(server.start(), /^Error: DATABASE_DIRECT_URL: .*not arrive/);

  await server.stop();
});

test('a way that leads to another database is noticed', async () => {
  const elsewhere = directString.replace(own.database, 'heddle');
  const server = compose({ connectionString: session.url(own.database), directString: elsewhere });

  await assert.rejects(server.start(), /^Error: DATABASE_DIRECT_URL: .*the same database/);

  await server.stop();
});
