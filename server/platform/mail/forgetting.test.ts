import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../../runtime/testing/owner.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { forgetMailTexts } from './forgetting.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

test('what was sent or refused before a time has no text any more, and what waits has', async () => {
  const organization = await makeOrganization(app);
  await asOwner(
    app.address,
    `insert into platform.mail (organization_id, key, recipient, subject, body, calendar,
       created_at, sent_at, failed_at)
     select $1, key, 'ada@mail.example', 'Hello', 'text', 'BEGIN:VCALENDAR', '2020-01-01',
       sent_at, failed_at
     from (values ('old', '2020-01-02'::timestamptz, null), ('new', '2020-03-01', null),
         ('refused', null, '2020-01-02'::timestamptz), ('waiting', null, null))
       as m (key, sent_at, failed_at)`,
    [organization],
  );

  await forgetMailTexts(app.server.platform.database, new Date('2020-02-01'));

  const mails = await asOwner(
    app.address,
    'select key, body, calendar from platform.mail order by id',
  );
  const calendar = 'BEGIN:VCALENDAR';
  assert.deepEqual(mails, [
    { key: 'old', body: '', calendar: null },
    { key: 'new', body: 'text', calendar },
    { key: 'refused', body: '', calendar: null },
    { key: 'waiting', body: 'text', calendar },
  ]);
});

test('it is housekeeping, which nobody who reads the event log waits for', async () => {
  const organization = await makeOrganization(app);
  await asOwner(
    app.address,
    `create table housekept (is_marked boolean);
     create function note() returns trigger language plpgsql security definer as $$ begin
       insert into public.housekept select exists (
         select from pg_locks
         where locktype = 'advisory' and classid = 7263 and pid = pg_backend_pid());
       return null;
     end $$;
     create trigger note after update on platform.mail execute function note()`,
  );
  await asOwner(
    app.address,
    `insert into platform.mail (organization_id, key, recipient, subject, body, created_at, sent_at)
     select $1, 'many ' || n, 'ada@mail.example', 'Hello', 'text', '2020-01-01', '2020-01-02'
     from generate_series(1, 1100) n`,
    [organization],
  );

  await forgetMailTexts(app.server.platform.database, new Date('2020-02-01'));

  const [left] = await asOwner(
    app.address,
    `select count(*)::int as count from platform.mail where key like 'many %' and body <> ''`,
  );
  const notes = await asOwner(app.address, 'select distinct is_marked from housekept');
  assert.deepEqual(left, { count: 0 });
  assert.deepEqual(notes, [{ is_marked: true }]);
});
