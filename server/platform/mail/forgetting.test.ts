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
