import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Slack } from '../../../testing/simulators/slack/simulator.ts';
import { recordOf } from '../records.ts';
import { filterOf, readAll } from '../testing/reading.ts';
import { makeSlack, openSlack } from './testing/place.ts';

const news = { cursorField: 'ts' } as const;
const fields = ['channel', 'ts', 'text', 'thread_ts'] as const;

/** Channel and time of all that the app may read. */
function readable({ workspace }: Slack): string[] {
  return workspace.readable.map(({ channel, message }) => `${channel.id} ${message.ts}`).sort();
}

function keysOf(rows: readonly (readonly (string | null)[])[]): string[] {
  return rows.map(([channel, ts]) => `${channel} ${ts}`).sort();
}

const textsOf = (rows: readonly (readonly (string | null)[])[]) => rows.map((row) => row[2]).sort();

test('objects are shown with what their fields hold and refer to', async () => {
  const slack = await makeSlack({ records: 60 });
  const session = await openSlack(slack);

  const names = await session.objects({ limit: 10 });
  const { key, cursorFields, fields: described } = await session.describe('Message');
  const { rows, fields: shown } = await session.query({ object: 'messages', limit: 1 });
  const users = await session.query({ object: 'users', limit: 2 });

  assert.deepEqual(
    names.map(({ name }) => name),
    ['channels', 'messages', 'users'],
  );
  assert.deepEqual([key, cursorFields], [['channel', 'ts'], ['ts']]);
  const field = (name: string) => described.find((one) => one.name === name);
  assert.deepEqual(
    ['channel', 'user', 'thread_ts', 'posted_at'].map((name) => field(name)?.nativeType),
    ['channel id', 'user id', 'message ts', 'timestamp'],
  );
  assert.deepEqual(
    described.filter(({ isWritable }) => isWritable).map(({ name }) => name),
    ['channel', 'thread_ts', 'text', 'blocks'],
  );
  const message = recordOf(shown, rows[0] ?? []);
  const at = new Date(Number(String(message.ts).split('.')[0]) * 1000).toISOString();
  assert.equal(message.channel_name, 'general');
  assert.equal(String(message.posted_at).slice(0, 19), at.slice(0, 19));
  assert.equal(String(message.posted_at).slice(20, 26), String(message.ts).split('.')[1]);
  assert.equal(recordOf(users.fields, users.rows[1] ?? []).email, 'person0@company.example');
});

test('all messages are read, with the answers in threads, each once', async () => {
  const slack = await makeSlack({ records: 1_500 });
  const { workspace } = slack;
  const parent = workspace.say('general', 'Question', { secondsAgo: 900 });
  const thread_ts = parent.ts;
  for (let nth = 0; nth < 1_200; nth += 1) workspace.say('general', `Re ${nth}`, { thread_ts });
  workspace.say('general', 'Re all', { thread_ts, subtype: 'thread_broadcast' });
  workspace.say('others', 'Not ours');
  const session = await openSlack(slack);

  const { rows, unread } = await readAll(session, 'messages', { fields });

  assert.equal(rows.length, 2_702);
  assert.deepEqual(keysOf(rows), readable(slack));
  assert.deepEqual(unread, []);
});

test('a reading goes on from each place, whatever is posted and deleted meanwhile', async () => {
  const slack = await makeSlack({ records: 300 });
  const { workspace } = slack;
  const session = await openSlack(slack);
  for (const more of [{}, news]) {
    const whole = await readAll(session, 'messages', { fields, ...more });
    const wanted = keysOf(whole.rows);

    for (let count = 1; count < whole.batches.length; count += 1) {
      const first = await readAll(session, 'messages', { fields, ...more, batchesMax: count });
      workspace.say('random', 'Meanwhile');
      // What says no place comes again from the last one.
      const last = first.batches.findLastIndex(({ position }) => position !== undefined);
      const kept = first.batches.slice(0, last + 1).flatMap(({ rows }) => rows);
      const asked = { fields, ...more, position: first.position };
      const rest = await readAll(await openSlack(slack), 'messages', asked);
      const both = keysOf([...kept, ...rest.rows]);
      const late = new Set(both.filter((one) => !wanted.includes(one)));
      assert.deepEqual(
        both.filter((one) => !late.has(one)),
        wanted,
      );
    }
  }
});

test('what is new is read once: ties, late ones, changes and answers to older messages', async () => {
  const slack = await makeSlack({ records: 100 });
  const { workspace } = slack;
  const general = workspace.channel('general');
  const old = workspace.say('general', 'Old', { secondsAgo: 3 * 86_400 });
  const other = workspace.say('general', 'Changed', { secondsAgo: 86_400 });
  const near = workspace.say('general', 'Near', { secondsAgo: 60 });
  const session = await openSlack(slack);
  const first = await readAll(session, 'messages', { fields, ...news });

  const none = await readAll(session, 'messages', { fields, ...news, position: first.position });
  workspace.say('random', 'New');
  workspace.say('plans', 'Tie', { ts: near.ts });
  workspace.say('random', 'Late', { secondsAgo: 200 });
  workspace.say('general', 'Answer', { thread_ts: old.ts });
  general.update(other.ts, { text: 'Changed again' }, workspace.stamp());
  const second = await readAll(session, 'messages', { fields, ...news, position: none.position });
  const third = await readAll(session, 'messages', { fields, ...news, position: second.position });
  general.update(near.ts, { text: 'Near again' }, workspace.stamp());
  const fourth = await readAll(session, 'messages', { fields, ...news, position: third.position });

  assert.deepEqual(keysOf(first.rows).length, 103);
  assert.deepEqual(none.rows, []);
  assert.equal(none.position, first.position);
  assert.deepEqual(textsOf(second.rows), [
    ...['Answer', 'Changed again', 'Late', 'New', 'Old', 'Tie'],
  ]);
  assert.deepEqual([third.rows, textsOf(fourth.rows)], [[], ['Near again']]);
});

test('a message that is older than what is looked back at is not looked for', async () => {
  const slack = await makeSlack({ records: 10 });
  const { workspace } = slack;
  const old = workspace.say('general', 'Old', { secondsAgo: 3 * 86_400 });
  const session = await openSlack(slack, { config: { lookback_days: 2 } });
  workspace.say('general', 'Newest');
  const { position } = await readAll(session, 'messages', { fields, ...news });

  workspace.say('general', 'Answer', { thread_ts: old.ts });
  const { rows } = await readAll(session, 'messages', { fields, ...news, position });
  const whole = await readAll(session, 'messages', { fields });

  assert.deepEqual(rows, []);
  assert.ok(textsOf(whole.rows).includes('Answer'));
});

test('a channel that the app comes into is read from its beginning', async () => {
  const slack = await makeSlack({ records: 10 });
  const { workspace } = slack;
  workspace.say('others', 'Before', { secondsAgo: 90 * 86_400 });
  const session = await openSlack(slack);
  const first = await readAll(session, 'messages', { fields, ...news });

  workspace.channel('others').isMember = true;
  const { position } = first;
  const second = await readAll(await openSlack(slack), 'messages', { fields, ...news, position });

  assert.equal(first.rows.length, 10);
  assert.deepEqual(textsOf(second.rows), ['Before']);
});

test('a part is read by times, from a time on, or by its keys', async () => {
  const slack = await makeSlack({ records: 90 });
  const session = await openSlack(slack);
  const messages = slack.workspace.readable.map(({ channel, message }) => ({ channel, message }));
  const times = messages.map(({ message }) => message.ts).sort();
  const [from = '', to = ''] = [times[20], times[60]];
  const answer = messages.find(({ message }) => message.thread_ts !== undefined);
  const keys = [
    [answer?.channel.id ?? '', answer?.message.ts ?? ''],
    ['C0000000GEN', '1.000000'],
    ['C0000000XXX', from],
  ];
  const position = '{"last":"1.000000"}';

  const part = await readAll(session, 'messages', {
    fields,
    ...news,
    part: { from, to },
    position,
  });
  const chosen = await readAll(session, 'messages', { fields, part: { keys } });
  const value = JSON.stringify({ value: from });
  const since = await readAll(session, 'messages', { fields, ...news, position: value });
  const iso = new Date(Number(from) * 1000 - 1).toISOString();
  const asTime = JSON.stringify({ value: iso });
  const sinceTime = await readAll(session, 'messages', { fields, ...news, position: asTime });
  const wrong = readAll(session, 'messages', { ...news, position: '{"value":"soon"}' });

  assert.deepEqual(part.rows.map((row) => row[1] ?? '').sort(), times.slice(20, 61));
  assert.equal(part.position, position);
  assert.deepEqual(keysOf(chosen.rows), [keys[0]?.join(' ')]);
  // An answered message counts as changed when it is answered.
  const isMissing = (rows: typeof since.rows) =>
    times.slice(20).filter((ts) => !rows.some((row) => row[1] === ts));
  assert.deepEqual(isMissing(since.rows), []);
  assert.deepEqual(isMissing(sinceTime.rows), []);
  assert.ok(since.rows.length < times.length - 10);
  await assert.rejects(wrong, { kind: 'request', message: /no ts of a message, and no time/ });
});

test('a query answers pages, and asks only the channels that a filter lets through', async () => {
  const slack = await makeSlack({ records: 200 });
  const session = await openSlack(slack);
  const filter = await filterOf(session, 'messages', "channel_name = 'plans' AND text LIKE '%1%'");
  const texts: string[] = [];
  const pages: number[] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
    const asked = { object: 'messages', fields: ['text'], limit: 30 };
    const page = await session.query({ ...asked, ...(cursor === undefined ? {} : { cursor }) });
    texts.push(...page.rows.map(([text]) => text ?? ''));
    pages.push(page.rows.length);
    cursor = page.nextCursor;
  }
  const heard = slack.heard.length;
  const filtered = await session.query({ object: 'messages', filter, limit: 100 });
  const asked = slack.heard.slice(heard).map(({ given }) => given.get('channel'));
  const plans = slack.workspace.channel('plans');

  assert.equal(texts.length, 200);
  assert.equal(new Set(texts).size, 200);
  assert.ok(pages.every((count) => count <= 30));
  assert.equal(filtered.rows.length, plans.messages.filter(({ text }) => /1/.test(text)).length);
  assert.deepEqual([...new Set(asked)], [plans.id]);
  const ordered = { object: 'messages', limit: 1, orderBy: [{ field: 'ts', descending: true }] };
  await assert.rejects(session.query(ordered), { kind: 'request', field: 'order_by' });
});

test('channels and people are read as a whole, and go on where they were', async () => {
  const slack = await makeSlack({ records: 500 });
  const session = await openSlack(slack);

  const channels = await readAll(session, 'channels', { fields: ['name', 'is_private'] });
  const times = { fields: ['created_at', 'updated_at'], batchesMax: 1 };
  const [dated] = (await readAll(session, 'channels', times)).rows;
  const first = await readAll(session, 'users', { fields: ['id'], batchesMax: 1 });
  const rest = await readAll(session, 'users', { fields: ['id'], position: first.position });
  const done = await readAll(session, 'users', { fields: ['id'], position: rest.position });
  const over = JSON.stringify({ after: 'b3Zlcg==' });
  const anew = await readAll(session, 'users', { fields: ['id'], position: over });

  assert.deepEqual(channels.rows, [
    ...[
      ['general', 'f'],
      ['random', 'f'],
      ['plans', 't'],
      ['others', 'f'],
      ['archive', 'f'],
    ],
  ]);
  // One comes in seconds, the other in milliseconds.
  assert.deepEqual(dated, ['2020-09-13 12:26:40+00', '2020-09-13 12:26:40+00']);
  assert.equal(first.rows.length + rest.rows.length, 501);
  assert.equal(new Set([...first.rows, ...rest.rows].map(([id]) => id)).size, 501);
  assert.deepEqual(done.rows, []);
  assert.equal(anew.rows.length, 501);
});

test('numbers stay what they are, and a record with a wrong value is set aside alone', async () => {
  const slack = await makeSlack({ records: 0 });
  const { workspace } = slack;
  workspace.say('general', 'Exact', { blocks: [{ type: 'x', value: 7 }] });
  workspace.say('general', 'Fine');
  workspace.say('general', 'Wrong', { edited: { user: 'U1', ts: 'yesterday' } });
  const session = await openSlack(slack);
  const exact = '12345678901234567890.123456789';
  slack.rewrite = (text) => text.replace('"value":7', `"value":${exact}`);

  const { rows, unread } = await readAll(session, 'messages', {
    fields: ['text', 'blocks', 'edited_at'],
  });

  assert.deepEqual(rows.map(([text, blocks]) => [text, blocks]).sort(), [
    ['Exact', `[{"type":"x","value":${exact}}]`],
    ['Fine', null],
  ]);
  assert.deepEqual(
    unread.map(({ row, field }) => [row[0], field]),
    [['Wrong', 'edited_at']],
  );
});
