import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { silent } from '../../testing/cluster.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { Listener } from '../database/listener.ts';
import { anyEvent } from '../testing/events.ts';
import { asOwner, connect } from '../testing/owner.ts';
import { until } from '../testing/until.ts';
import { EventReader, type EventRow, publish } from './events.ts';
import { deleteReadEvents } from './housekeeping.ts';
import { insertReader, selectReaderLag } from './store.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const other = await app.another();
const here = app.server.platform;
const there = other.server.platform;
const organization = await makeOrganization(app);
const wall = here.database.of(organization);

const eventOf = anyEvent;

const write = (subject: string, of = organization) =>
  here.database.of(of).transaction((tx) => publish(tx, of, app.clock.now(), [eventOf(subject)]));

async function begin(name: string): Promise<void> {
  await here.database.system.transaction((tx) => insertReader(tx, name));
}

type Take = (events: EventRow[]) => Promise<void> | void;

/** A reader that is asked for each batch. */
async function makeReader(name: string, take: Take, { database } = here) {
  await begin(name);
  return new EventReader(name, database, silent, async (_, events) => take(events));
}

/** A reader that notes what it takes. */
async function makeNoting(name: string) {
  const subjects: string[] = [];
  const reader = await makeReader(name, (events) => {
    subjects.push(...events.map(({ subject }) => subject));
  });
  return { reader, subjects };
}

test('an event is written with what makes it happen, or not at all', async () => {
  const { reader, subjects } = await makeNoting('undone');

  const undone = wall.transaction(async (tx) => {
    await publish(tx, organization, app.clock.now(), [eventOf('undone')]);
    throw new Error('no');
  });
  await assert.rejects(undone, /no/);
  await write('done');
  await until('it was read', async () => (await reader.readBatch()) > 0);

  assert.deepEqual(subjects, ['done']);
});

test('a transaction that wrote first and commits last is not skipped', async () => {
  const { reader, subjects } = await makeNoting('late');
  const late = await connect(app.address, 'heddle_system');
  await late.rows('begin');
  await late.rows(
    `insert into platform.event (organization, type, subject, data, created_at)
     values ($1, 'booking.created', 'first', '{}', now())`,
    [organization],
  );
  await write('second');

  const early = await reader.readBatch();
  await late.rows('commit');
  await late.end();
  await until('both were read', async () => {
    await reader.readBatch();
    return subjects.length === 2;
  });

  assert.equal(early, 0);
  assert.deepEqual(subjects, ['first', 'second']);
});

test('a position outlives the process that read up to it', async () => {
  const first = await makeNoting('restarted');
  await write('before');
  await until('it was read', async () => (await first.reader.readBatch()) > 0);
  await write('after');

  const second = await makeNoting('restarted');
  await until('the rest was read', async () => (await second.reader.readBatch()) > 0);

  assert.deepEqual(first.subjects, ['before']);
  assert.deepEqual(second.subjects, ['after']);
});

test('a new reader begins with what happens from then on', async () => {
  await write('old');
  await untilPast('old');
  const { reader, subjects } = await makeNoting('new');

  await write('new');
  await until('it was read', async () => (await reader.readBatch()) > 0);

  assert.deepEqual(subjects, ['new']);
});

/** Resolves once no transaction of the database is as old as an event: until then readers wait. */
async function untilPast(subject: string): Promise<void> {
  await until('every older transaction has ended', async () => {
    const past = await asOwner(
      app.address,
      `select from platform.event
       where subject = $1 and transaction < platform.log_end()`,
      [subject],
    );
    return past.length > 0;
  });
}

test('events that could not be taken are taken again, in their order', async () => {
  let failures = 0;
  const taken: string[] = [];
  const reader = await makeReader('throwing', (events) => {
    if (failures++ < 2) throw new Error('not now');
    taken.push(...events.map(({ subject }) => subject));
  });
  const listener = new Listener(app.address, silent);
  await listener.start();
  await write('one');
  await write('two');

  await reader.start(listener);
  await until('both were taken', () => taken.length === 2);
  await reader.stop();
  await listener.close();

  assert.deepEqual(taken, ['one', 'two']);
  assert.equal(failures, 3);
});

test('what a reader writes is undone together with its position', async () => {
  await begin('atomic');
  let attempts = 0;
  const reader = new EventReader('atomic', here.database, silent, async (tx, [event]) => {
    await tx.rows(`insert into platform.setting (name, value) values ($1, '1')`, [event?.subject]);
    attempts += 1;
    if (attempts === 1) throw new Error('after the write');
  });
  await write('written once');

  await until('it was tried', async () => {
    await reader.readBatch().catch(() => undefined);
    return attempts === 2;
  });

  const rows = await asOwner(
    app.address,
    `select from platform.setting where name = 'written once'`,
  );
  assert.equal(rows.length, 1);
});

test('transactions are read in their order, also where they get a digit longer', async () => {
  const { reader, subjects } = await makeNoting('digits');
  await asOwner(
    app.address,
    `insert into platform.event (transaction, organization, type, subject, data, created_at)
     select n::text::xid8, $1, 'booking.created', 'transaction ' || n, '{}', now()
     from generate_series(98, 101) n`,
    [organization],
  );
  await asOwner(
    app.address,
    `update platform.event_reader set transaction = '0', sequence = 0 where name = 'digits'`,
  );

  await reader.readBatch();

  assert.deepEqual(
    subjects.filter((subject) => subject.startsWith('transaction')),
    ['transaction 98', 'transaction 99', 'transaction 100', 'transaction 101'],
  );
});

test('an idle reader is woken by the announcement', async () => {
  const taken: string[] = [];
  const reader = await makeReader('idle', (events) => {
    taken.push(...events.map(({ subject }) => subject));
  });
  let heard = 0;
  here.listener.on('event', () => {
    heard += 1;
  });
  await reader.start(here.listener);

  for (const subject of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    await write(subject);
    await until(`${subject} was taken`, () => taken.includes(subject));
  }
  await reader.stop();

  assert.equal(heard, 8);
  assert.deepEqual(taken, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
});

describe('two readers of one name in two processes, while eight write', () => {
  const eventsMax = 2_000;
  const writers = 8;

  test('take every event once, and those of an organization in their order', async () => {
    const taken: EventRow[] = [];
    const organizations = [organization, await makeOrganization(app), await makeOrganization(app)];
    const take: Take = (events) => void taken.push(...events);
    const readers = [
      await makeReader('crowd', take),
      await makeReader('crowd', take, there as typeof here),
    ];
    await readers[0]!.start(here.listener);
    await readers[1]!.start(there.listener);

    await Promise.all(Array.from({ length: writers }, (_, writer) => writeMany(writer)));
    await until('all were taken', () => taken.length >= eventsMax);
    await Promise.all(readers.map((reader) => reader.stop()));

    assert.equal(taken.length, eventsMax);
    assert.equal(new Set(taken.map(({ subject }) => subject)).size, eventsMax);
    for (let writer = 0; writer < writers; writer += 1) {
      const own = taken.filter(({ subject }) => subject.startsWith(`${writer}:`));
      const numbers = own.map(({ subject }) => Number(subject.split(':')[1]));
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
    }

    /** In transactions of one to five events, some of which linger before they commit. */
    async function writeMany(writer: number): Promise<void> {
      const of = organizations[writer % organizations.length]!;
      for (let written = 0; written < eventsMax / writers; ) {
        const count = Math.min((written % 5) + 1, eventsMax / writers - written);
        const first = written;
        await here.database.of(of).transaction(async (tx) => {
          const events = Array.from({ length: count }, (_, n) => eventOf(`${writer}:${first + n}`));
          await publish(tx, of, app.clock.now(), events);
          if ((first + writer) % 7 === 0) await tx.rows('select pg_sleep(0.01)');
        });
        written += count;
      }
    }
  });
});

test('housekeeping keeps what a reader has not read, and what is young', async () => {
  await asOwner(app.address, 'delete from platform.event_reader; delete from platform.event');
  const slow = await makeNoting('slow');
  const fast = await makeNoting('fast');
  const old = new Date(app.clock.now().getTime() - 3_600_000);
  const at = (subject: string, when: Date) =>
    wall.transaction((tx) => publish(tx, organization, when, [eventOf(subject)]));
  await at('read by both', old);
  for (const { reader } of [slow, fast]) {
    await until('it was read', async () => (await reader.readBatch()) > 0);
  }
  await at('read by one', old);
  await until('it was read', async () => (await fast.reader.readBatch()) > 0);
  await at('young', app.clock.now());
  const before = new Date(app.clock.now().getTime() - 60_000);

  await deleteReadEvents(here.database, before);

  const left = await asOwner<{ subject: string }>(
    app.address,
    `select subject from platform.event
     where subject in ('read by both', 'read by one', 'young') order by sequence`,
  );
  assert.deepEqual(
    left.map(({ subject }) => subject),
    ['read by one', 'young'],
  );
  const lags = await selectReaderLag(here.database.system.reading);
  assert.deepEqual(
    lags.toSorted((a, b) => a.name.localeCompare(b.name)).map(({ name, events }) => [name, events]),
    [
      ['fast', 1],
      ['slow', 2],
    ],
  );
});
