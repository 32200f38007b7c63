import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { type NewEvent, publish } from './events.ts';

const app = await startServer();
const { database } = app.server.platform;

/** What came of it, where an event is written behind another of the same act. */
async function write(event: NewEvent) {
  const organization = await makeOrganization(app);
  const before: NewEvent = { type: 'bot.ended', subject: '1', data: { userID: '34518178493' } };
  const wall = database.of(organization);
  const outcome = wall.transaction((tx) =>
    publish(tx, organization, app.clock.now(), [before, event]),
  );
  const refusal = await outcome.then(
    () => undefined,
    (error: Error) => error.message,
  );
  const written = await database.system.reading.rows<{ type: string }>(
    'select type from platform.event where organization = $1 order by sequence',
    [organization],
  );
  return { refusal, types: written.map(({ type }) => type) };
}

test('an event has the shape of its type, or nothing of its act happens', async () => {
  const good = await write({ type: 'user.updated', subject: '2', data: user('Ada') });
  // @ts-expect-error: a name is text.
  const wrong = await write({ type: 'user.updated', subject: '2', data: user(7) });
  const telling = await write({
    type: 'thread.deleted',
    subject: '3',
    // @ts-expect-error: of a thread no text is told.
    data: { threadID: '34518178493', channelID: '34518178494', text: 'Hello' },
  });

  assert.deepEqual(good, { refusal: undefined, types: ['bot.ended', 'user.updated'] });
  assert.deepEqual(wrong, { refusal: 'user.updated: /name must be string', types: [] });
  assert.deepEqual(telling.types, []);
  assert.match(telling.refusal ?? '', /^thread\.deleted: must NOT have additional properties$/);
});

test('an event of a type that nobody has written down does not compile, and is refused', async () => {
  // @ts-expect-error: there is no such type.
  const unknown: NewEvent = { type: 'teapot.boiled', subject: '1', data: {} };

  const { refusal, types } = await write(unknown);

  assert.deepEqual(types, []);
  assert.match(refusal ?? '', /There are no events of type teapot\.boiled/);
});

const user = <N>(name: N) => ({ userID: '34518178493', name });
