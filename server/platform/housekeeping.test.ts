import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../runtime/testing/owner.ts';
import { until } from '../runtime/testing/until.ts';
import { accepted } from '../scheduling/testing/answers.ts';
import { bookingBody, makeSchedule, patientBody, type Scene } from '../scheduling/testing/scene.ts';
import { send } from '../scheduling/testing/wire.ts';
import { makeMember } from '../testing/people.ts';
import { startServer } from '../testing/server.ts';
import { housekeepingJob } from './housekeeping.ts';

const app = await startServer();
const keepHouse = () => housekeepingJob(app.server.platform).run({});
const rows = <R extends object>(text: string) => asOwner<R>(app.address, text);
const keys = async () =>
  (await rows<{ key: string }>('select key from platform.idempotency order by key')).map(
    ({ key }) => key,
  );

/** How many rows each table has, except those that housekeeping is for. */
async function countOthers(): Promise<Record<string, number>> {
  const tables = await rows<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('platform', 'scheduling')
       and (schemaname, tablename) not in
         (('platform', 'idempotency'), ('platform', 'event'), ('platform', 'signing_key'),
          ('platform', 'mail'), ('platform', 'audit'), ('platform', 'invitation'))
     order by 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await rows<{ count: number }>(`select count(*)::int as count from ${name}`);
    counts[name] = row?.count ?? 0;
  }
  return counts;
}

async function book(scene: Scene, day: number, key: string): Promise<void> {
  const body = bookingBody(scene, `2040-01-${String(day).padStart(2, '0')}T09:00:00-06:00`);
  const headers = { 'idempotency-key': key };
  const made = await send(scene, 'POST', '/scheduling/bookings', { body, headers });
  assert.equal(made.status, 201, made.text);
  accepted(await scene.client.createPatient({ body: patientBody(made.json().id) }));
}

/** Everything that happened has been read, and what it causes has been written. */
async function settled(): Promise<void> {
  await until('all events are read and all mails are written', async () => {
    const [left] = await rows<{ events: number; jobs: number }>(
      `select
         (select count(*)::int from platform.event e, platform.event_reader r
          where (e.transaction, e.sequence) > (r.transaction, r.sequence)) as events,
         (select count(*)::int from pgboss.job
          where name like 'appointments.%' and state < 'completed') as jobs`,
    );
    return left?.events === 0 && left.jobs === 0;
  });
}

const countEvents = async () =>
  (await rows<{ count: number }>('select count(*)::int as count from platform.event'))[0]?.count;

test('idempotency keys are forgotten after 24 hours, and not before', async () => {
  const scene = await makeSchedule(app);
  await book(scene, 2, 'first');
  app.clock.advance({ hours: 23, minutes: 59 });
  await book(scene, 3, 'second');

  await keepHouse();
  const early = await keys();
  app.clock.advance({ minutes: 2 });
  await keepHouse();
  const late = await keys();

  assert.deepEqual(early, ['first', 'second']);
  assert.deepEqual(late, ['second']);
});

test('events go after 90 days when every reader has read them', async () => {
  const scene = await makeSchedule(app);
  await book(scene, 4, 'third');
  await settled();
  const before = await countEvents();
  await rows(
    `insert into platform.event_reader (name, transaction, sequence)
     select 'slow', transaction, sequence from platform.event
     order by transaction, sequence offset 1 limit 1`,
  );

  app.clock.advance({ days: 88 });
  await keepHouse();
  const young = await countEvents();
  app.clock.advance({ days: 3 });
  await keepHouse();
  const unread = await countEvents();
  await rows(`delete from platform.event_reader where name = 'slow'`);
  await keepHouse();

  assert.ok((before ?? 0) > 2);
  assert.equal(young, before);
  assert.equal(unread, (before ?? 0) - 2);
  assert.equal(await countEvents(), 0);
});

test('a mail goes after a year and an audit entry after six, and not before', async () => {
  const { organization } = await makeSchedule(app);
  const write = (text: string, days: number) =>
    asOwner(app.address, text, [organization, app.clock.now(), days]);
  for (const days of [364, 366]) {
    await write(
      `insert into platform.mail (organization_id, key, recipient, subject, body, created_at)
       values ($1, $3::text, 'a@mail.example', 'Old', 'Old.', $2::timestamptz - make_interval(days => $3::int))`,
      days,
    );
  }
  for (const days of [2_191, 2_193]) {
    await write(
      `insert into platform.audit (organization_id, actor, action, subject, created_at)
       values ($1, 'test', $3::text, '', $2::timestamptz - make_interval(days => $3::int))`,
      days,
    );
  }

  await keepHouse();

  assert.deepEqual(await rows(`select key from platform.mail where subject = 'Old'`), [
    { key: '364' },
  ]);
  assert.deepEqual(await rows(`select action from platform.audit where actor = 'test'`), [
    { action: '2191' },
  ]);
});

test('an invitation goes 90 days after it ended, however it did, and not before', async () => {
  const { organization } = await makeSchedule(app);
  const { id: inviter } = await makeMember(app, organization);
  const day = 86_400_000;
  const at = (days: number | null) => days && new Date(app.clock.now().getTime() - days * day);
  const invite = (name: string, ...days: [number, number | null, number | null]) =>
    asOwner(
      app.address,
      `insert into platform.invitation (organization_id, email, role, token_hash, invited_by,
         created_at, expires_at, accepted_at, revoked_at)
       values ($1, $2 || '@people.example', 'member', $2::bytea, $3, '2020-01-01', $4, $5, $6)`,
      [organization, name, inviter, ...days.map(at)],
    );
  await invite('open', -7, null, null);
  await invite('expired.lately', 89, null, null);
  await invite('expired', 91, null, null);
  await invite('accepted.lately', 85, 89, null);
  await invite('accepted', 85, 91, null);
  await invite('revoked.lately', 85, null, 89);
  await invite('revoked', 85, null, 91);
  await invite('expired.then.revoked', 91, null, 1);

  await keepHouse();

  const left = await rows<{ email: string }>('select email from platform.invitation order by id');
  assert.deepEqual(
    left.map(({ email }) => email.replace('@people.example', '')),
    ['open', 'expired.lately', 'accepted.lately', 'revoked.lately'],
  );
});

test('a retired signing key goes when its tokens have ended, the one that signs stays', async () => {
  const { signingKeys } = app.server.platform;
  const kids = async () => (await signingKeys.jwks()).keys.length;
  await signingKeys.rotate();
  const published = await kids();

  app.clock.advance({ hours: 1, minutes: 59 });
  await keepHouse();
  const early = await kids();
  app.clock.advance({ minutes: 2 });
  await keepHouse();

  assert.ok(published >= 2);
  assert.ok(early >= 2);
  assert.equal(await kids(), 1);
});

test('nothing else is deleted, however old it is', async () => {
  const scene = await makeSchedule(app);
  await book(scene, 5, 'fourth');
  await settled();
  const before = await countOthers();

  app.clock.advance({ days: 3_650 });
  await keepHouse();
  await keepHouse();

  assert.deepEqual(await countOthers(), before);
  assert.deepEqual(await keys(), []);
});

test('the job is due once a day', async () => {
  const due = await rows(
    'select cron, timezone from pgboss.schedule where name = $$platform.tidy$$',
  );

  assert.deepEqual(due, [{ cron: '41 3 * * *', timezone: 'UTC' }]);
});
