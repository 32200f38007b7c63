import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../../runtime/testing/owner.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { recordStatements, widelyRead } from '../../testing/plans.ts';
import { startServer } from '../../testing/server.ts';
import { lockTopic } from './store.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { database } = app.server.platform;

test('to send a mail, none but those of its topic are read', async () => {
  const organization = await makeOrganization(app);
  const mails = await asOwner<{ id: number }>(
    app.address,
    `insert into platform.mail (organization_id, key, topic, recipient, subject, body, created_at)
     select $1, key, topic, 'ada@mail.example', '', '', now()
     from (values ('first', 'lunch'), ('second', 'lunch'), ('other', null)) as m (key, topic)
     returning id::int`,
    [organization],
  );
  const texts = recordStatements(database);
  const locked = (id: number) =>
    database.of(organization).transaction((tx) => lockTopic(tx, organization, id));
  const [first, second, other] = mails.map(({ id }) => id) as [number, number, number];

  const ofTopic = await locked(first);
  const ofNone = await locked(other);

  const [text, ...more] = texts;
  assert.deepEqual(
    [ofTopic.map(({ id }) => id), ofNone.map(({ id }) => id)],
    [[first, second], [other]],
  );
  assert.deepEqual(more, []);
  assert.deepEqual(await widelyRead(app.address, text as string, 'heddle_app'), []);
});
