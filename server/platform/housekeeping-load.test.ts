import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { publish } from '../runtime/events/events.ts';
import { stripOldEvents } from '../runtime/events/stripping/stripping.ts';
import { beginHousekeeping } from '../runtime/housekeeping/store.ts';
import { anyEvent } from '../runtime/testing/events.ts';
import { asOwner, connect } from '../runtime/testing/owner.ts';
import { until } from '../runtime/testing/until.ts';
import { makeOrganization } from '../testing/makers.ts';
import { startServer } from '../testing/server.ts';
import { housekeepingJob } from './housekeeping.ts';
import { fillLog, isPast, keepHouseUnderLoad } from './testing/housekeeping.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { database } = app.server.platform;
const organization = await makeOrganization(app);
const place = { database, clock: app.clock, organization };

test('what is old is deleted in many transactions, while others publish and read', async () => {
  await fillLog(place, 6_000, 91);
  await asOwner(
    app.address,
    `create table deletion (number xid8);
     create function note() returns trigger language plpgsql security definer as $$ begin
       insert into public.deletion values (pg_current_xact_id()); return null;
     end $$;
     create trigger note after delete on platform.event execute function note()`,
  );

  const { published } = await keepHouseUnderLoad(place, () =>
    housekeepingJob(app.server.platform).run({}),
  );

  const [left] = await asOwner<{ count: number }>(
    app.address,
    'select count(*)::int as count from platform.event',
  );
  const [deletions] = await asOwner<{ count: number }>(
    app.address,
    'select count(distinct number)::int as count from deletion',
  );
  assert.equal(left?.count, published);
  assert.ok((deletions?.count ?? 0) > 2);
});

test('what older events tell of people is taken from them in batches, once', async () => {
  const told = { id: 7, first_name: 'Ada', dob: '2014-03-09', message: 'text', plain: 'text' };
  const types = ['patient.created', 'thread.edited', 'booking.created'];
  const write = () =>
    asOwner(
      app.address,
      `insert into platform.event (organization, type, subject, data, created_at)
       select $1, type, 'told', $2, $3
       from unnest($4::text[]) as t (type), generate_series(1, 700)`,
      [organization, JSON.stringify(told), app.clock.now(), types],
    );
  const read = () =>
    asOwner(
      app.address,
      `select type, data, count(*)::int as count from platform.event where subject = 'told'
       group by type, data order by type, data::text`,
    );
  await write();
  await asOwner(
    app.address,
    `insert into platform.setting (name, value) values ('events_to_strip', 'true')`,
  );

  await stripOldEvents(database);
  const stripped = await read();
  await write();
  await stripOldEvents(database);
  const afterwards = await read();

  const { first_name, dob, message, plain, id } = told;
  assert.deepEqual(stripped, [
    { type: 'booking.created', data: told, count: 700 },
    { type: 'patient.created', data: { id, plain }, count: 700 },
    { type: 'thread.edited', data: { id, first_name, dob, message }, count: 700 },
  ]);
  assert.ok(
    afterwards.some(({ type, data }) => type !== types[2] && isDeepStrictEqual(data, told)),
  );
});

test('who reads the log waits for whoever writes, and not for housekeeping', async () => {
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const housekeeping = database.system.transaction(async (tx) => {
    beginHousekeeping(tx);
    await tx.rows('select');
    began.resolve();
    await ended.promise;
  });
  await began.promise;
  const numberOf = (subject: string) =>
    database.of(organization).transaction(async (tx) => {
      await publish(tx, organization, app.clock.now(), [anyEvent(subject)]);
      const [row] = await tx.rows<{ number: string }>(
        'select pg_current_xact_id()::text as number',
      );
      return row?.number as string;
    });

  const first = await numberOf('during the housekeeping');
  // Others write on the same server.
  await until('it can be read', () => isPast(database, first));
  ended.resolve();
  await housekeeping;
  const writer = await connect(app.address);
  await writer.rows('begin');
  await writer.rows('select pg_current_xact_id()');
  const second = await numberOf('while somebody writes');
  const whileWritten = await isPast(database, second);
  await writer.end();

  assert.equal(whileWritten, false);
});
