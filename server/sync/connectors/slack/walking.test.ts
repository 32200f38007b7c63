import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAll } from '../testing/reading.ts';
import { makeSlack, openSlack } from './testing/place.ts';

const asked = { fields: ['channel', 'ts'], cursorField: 'ts' } as const;

test('a person reads all public channels, an app those that it is in', async () => {
  const slack = await makeSlack({ records: 30 });
  const { workspace } = slack;
  workspace.say('others', 'Of others');
  workspace.say('hidden', 'Of nobody here');
  const app = await readAll(await openSlack(slack), 'messages', asked);

  workspace.isPerson = true;
  const person = await readAll(await openSlack(slack), 'messages', asked);

  assert.equal(app.rows.length, 30);
  assert.equal(person.rows.length, 31);
});

test('a page that is empty though there is more is gone on from, wherever Slack says', async () => {
  const slack = await makeSlack({ records: 30 });
  const session = await openSlack(slack);
  const empty = (next_cursor: string) => ({
    body: { ok: true, messages: [], has_more: true, response_metadata: { next_cursor } },
  });
  let pages = 0;
  slack.hook = ({ method }) => {
    if (method === 'conversations.history') pages += 1;
    return pages === 1 ? empty(Buffer.from('next_ts:0').toString('base64')) : undefined;
  };
  const { rows } = await readAll(session, 'messages', asked);
  slack.hook = ({ method }) => (method === 'conversations.history' ? empty('') : undefined);
  const lost = readAll(session, 'messages', asked);

  assert.equal(rows.length, 30);
  await assert.rejects(lost, { kind: 'retry', message: /says that there is more/ });
});

test('a channel that is closed meanwhile is tried again, and not among those that are read then', async () => {
  const slack = await makeSlack({ records: 30 });
  const random = slack.workspace.channel('random');
  const opened = await openSlack(slack);
  slack.hook = ({ given }) => {
    if (given.get('channel') === random.id) random.isMember = false;
    return undefined;
  };

  const closed = readAll(opened, 'messages', asked);

  await assert.rejects(closed, { kind: 'retry', message: /was closed to the app/ });
  const { rows } = await readAll(await openSlack(slack), 'messages', asked);
  assert.equal(rows.length, slack.workspace.readable.length);
  assert.ok(!rows.some(([channel]) => channel === random.id));
});

test('a thread that is deleted meanwhile is passed over', async () => {
  const slack = await makeSlack({ records: 30 });
  const session = await openSlack(slack);
  const refused = { body: { ok: false, error: 'thread_not_found' } };
  slack.hook = ({ method }) => (method === 'conversations.replies' ? refused : undefined);

  const { rows } = await readAll(session, 'messages', asked);

  const answers = slack.workspace.readable.filter(({ message }) => message.thread_ts);
  assert.ok(answers.length > 0);
  assert.equal(rows.length, 30 - answers.length);
});

test('where nothing has been posted yet, the first message is found', async () => {
  const slack = await makeSlack({ records: 0 });
  const session = await openSlack(slack);
  const { rows, position } = await readAll(session, 'messages', asked);

  slack.workspace.say('general', 'First', { secondsAgo: 86_400 * 30 });
  const second = await readAll(session, 'messages', { ...asked, position });
  const third = await readAll(session, 'messages', { ...asked, position: second.position });

  assert.deepEqual([rows.length, second.rows.length, third.rows.length], [0, 1, 0]);
});
