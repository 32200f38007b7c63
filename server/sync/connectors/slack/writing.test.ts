import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Slack, tooMany } from '../../../testing/simulators/slack/simulator.ts';
import type { FieldType } from '../../values/types.ts';
import { Batch } from '../batch.ts';
import type { ApplyRequest, Field, Session, WriteRequest } from '../connector.ts';
import { makeSlack, openSlack } from './testing/place.ts';

function fieldsOf(
  names: readonly string[],
  kinds: Record<string, FieldType['kind']> = {},
): Field[] {
  return names.map((name) => {
    const kind = kinds[name] ?? 'text';
    const type = { kind } as FieldType;
    return { name, type, nativeType: kind, isNullable: true, isWritable: true };
  });
}

type Given = Partial<ApplyRequest> & { names: string[]; rows: (string | null)[][] };

function apply(session: Session, { names, rows, ...more }: Given) {
  const fields = fieldsOf(names, { blocks: 'jsonb', count: 'int8' });
  const request = { object: 'messages', operation: 'insert', key: [], fields, rows } as const;
  return session.apply({ ...request, ...more });
}

function textsIn({ workspace }: Slack, channel: string): string[] {
  return workspace.channel(channel).messages.map(({ text }) => text);
}

test('messages are posted where they say, by name or id, and else where the connection says', async () => {
  const slack = await makeSlack({ records: 0 });
  const session = await openSlack(slack, { config: { default_channel: 'plans' } });
  const question = slack.workspace.say('general', 'Question');
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*Bold*' }, big: 1 }];
  const names = ['channel', 'text', 'thread_ts', 'blocks'];

  const results = await apply(session, {
    names,
    rows: [
      ['#random', 'By name', null, null],
      ['C0000000RND', 'By id', null, null],
      [null, 'Where it is usual', null, null],
      ['general', 'An answer', question.ts, null],
      ['general', null, null, JSON.stringify(blocks)],
    ],
  });

  assert.deepEqual(
    results.map(({ error }) => error),
    results.map(() => undefined),
  );
  assert.deepEqual(textsIn(slack, 'random'), ['By name', 'By id']);
  assert.deepEqual(textsIn(slack, 'plans'), ['Where it is usual']);
  const general = slack.workspace.channel('general');
  assert.deepEqual(
    general.repliesTo(question.ts).map(({ text, ts }) => [text, ts]),
    [['An answer', results[3]?.id]],
  );
  assert.deepEqual(general.find(results[4]?.id)?.blocks, blocks);
});

test('a message that cannot be posted is refused alone, and why is said of its field', async () => {
  const slack = await makeSlack({ records: 0 });
  const session = await openSlack(slack);
  const names = ['channel', 'text', 'thread_ts', 'blocks'];
  const rows = [
    ['nowhere', 'x', null, null],
    ['C0000000XXX', 'x', null, null],
    ['others', 'x', null, null],
    ['archive', 'x', null, null],
    [null, 'x', null, null],
    ['general', '', null, null],
    ['general', 'x'.repeat(40_001), null, null],
    ['general', 'x', '1.000000', null],
    ['general', 'x', null, '{"type":"section"}'],
    ['general', 'x', null, '[{}]'],
    ['general', 'x'.repeat(40_000), null, null],
  ];

  const results = await apply(session, { names, rows });

  const said = results.map(({ error = '' }) => error);
  for (const [at, pattern] of [
    /"channel" names no channel that the app can see/,
    /"channel" names no channel .*\(channel_not_found\)/,
    /"channel" names a channel that the app is not in.*\(not_in_channel\)/,
    /"channel" names a channel that is archived/,
    /"channel" is empty, and the connection has no config\.default_channel/,
    /"text" is empty, and there are no blocks/,
    /"text" has more than 40000 characters, which Slack would cut/,
    /"thread_ts" names no message \(thread_not_found\)/,
    /"blocks" is no list of blocks in JSON/,
    /"blocks" is no list of blocks that Slack knows \(invalid_blocks\)/,
    /^$/,
  ].entries()) {
    assert.match(said[at] ?? '', pattern);
  }
  assert.equal(slack.workspace.channel('general').messages.length, 1);
});

test('a message that Slack has cut all the same is told of', async () => {
  const slack = await makeSlack({ records: 0 });
  const session = await openSlack(slack);
  slack.rewrite = (text) => text.replace('"ok":true', '"ok":true,"warning":"message_truncated"');

  const [result] = await apply(session, { names: ['channel', 'text'], rows: [['general', 'x']] });

  assert.match(result?.error ?? '', /posted the message, and cut the field "text"/);
});

test('messages of the app are changed and deleted by channel and ts, others are not', async () => {
  const slack = await makeSlack({ records: 0 });
  const session = await openSlack(slack);
  const names = ['channel', 'ts', 'text'];
  const key = ['channel', 'ts'];
  const foreign = slack.workspace.say('general', 'Of somebody');
  const rows = [
    ['general', 'One'],
    ['general', 'Two'],
  ];
  const [one, two] = await apply(session, { names: ['channel', 'text'], rows });
  const [oneTs = '', twoTs = ''] = [one?.id, two?.id];

  const updated = await apply(session, {
    ...{ names, key, operation: 'update' },
    rows: [
      ['general', oneTs, 'One again'],
      ['general', foreign.ts, 'Mine'],
      ['general', '1.000000', 'Nobody'],
      ['general', null, 'Nothing'],
      ['general', twoTs, 'x'.repeat(5_000)],
    ],
  });
  const upserted = await apply(session, {
    ...{ names, key, operation: 'upsert' },
    rows: [
      ['general', twoTs, 'Two again'],
      ['general', null, 'Three'],
    ],
  });
  const deleted = await apply(session, {
    ...{ names: ['channel', 'ts'], key, operation: 'delete' },
    rows: [
      ['general', oneTs],
      ['general', foreign.ts],
    ],
  });

  assert.deepEqual(updated[0], { id: oneTs });
  assert.match(updated[1]?.error ?? '', /"ts" names a message of somebody else/);
  assert.match(updated[2]?.error ?? '', /"ts" names no message of the channel/);
  assert.match(updated[3]?.error ?? '', /"ts" is empty, by which messages are found again/);
  assert.match(updated[4]?.error ?? '', /"text" is too long \(msg_too_long\)/);
  assert.deepEqual(
    upserted.map(({ error }) => error),
    [undefined, undefined],
  );
  assert.match(deleted[1]?.error ?? '', /somebody else/);
  assert.deepEqual(textsIn(slack, 'general'), ['Of somebody', 'Two again', 'Three']);
});

test('what Slack cannot write is refused before anything is sent', async () => {
  const slack = await makeSlack({ records: 0 });
  const session = await openSlack(slack);
  const rows = [['x']];
  const field = (name: string) => ({ kind: 'request', field: name });

  await assert.rejects(apply(session, { names: ['title'], rows }), field('field_mappings'));
  await assert.rejects(apply(session, { names: ['text'], rows }), field('field_mappings'));
  await assert.rejects(apply(session, { object: 'users', names: ['id'], rows }), field('object'));
  const update = { operation: 'update', names: ['channel', 'ts'], rows } as const;
  await assert.rejects(apply(session, { ...update, names: ['channel', 'ts'], key: ['text'] }), {
    ...{ kind: 'request', field: 'key', message: /"channel" and "ts" only/ },
  });
  assert.equal(slack.heard.length, 0);
});

const writing = (more: Partial<WriteRequest> = {}): WriteRequest => ({
  ...{ object: 'messages', fields: fieldsOf(['channel', 'text', 'user']), key: [], mode: 'append' },
  ...{ delete: 'hard', onSchemaChange: 'ignore', metadata: false, isAnew: false },
  state: { syncId: 'sync_1', runId: 'run_1', fence: 1 },
  signal: new AbortController().signal,
  ...more,
});

test('a run posts one message at a time, and says that it may come again', async () => {
  const slack = await makeSlack({ records: 0 });
  const session = await openSlack(slack);
  const writer = await session.write(writing());
  let refusals = 0;
  slack.hook = () => {
    refusals += 1;
    return refusals <= 2 ? tooMany('0.05') : undefined;
  };

  const written = await writer.write(Batch.ofRows([['general', 'Hello', 'U1']]));
  slack.hook = ({ method }) => (method === 'chat.postMessage' ? tooMany(300) : undefined);
  const late = writer.write(Batch.ofRows([['general', 'Later', 'U1']]));

  assert.equal(writer.batchRowsMax, 1);
  assert.match(writer.plan.statements[0] ?? '', /chat\.postMessage: .*at least once/);
  assert.deepEqual(writer.plan.skipped, ['user']);
  assert.deepEqual(written, { written: 1, skipped: 0, rejected: [] });
  await assert.rejects(late, { kind: 'retry', retryAfterSeconds: 300 });
  assert.deepEqual(textsIn(slack, 'general'), ['Hello']);
  for (const mode of ['replace', 'mirror'] as const) {
    await assert.rejects(session.write(writing({ mode })), { kind: 'request', field: 'mode' });
  }
  await assert.rejects(session.write(writing({ mode: 'upsert', key: ['user'] })), {
    ...{ kind: 'request', field: 'key', message: /what is posted anew takes the mode append/ },
  });
  const metadata = writing({ metadata: true });
  await assert.rejects(session.write(metadata), { field: 'destination.metadata' });
});

test('of messages that are sent together, those that were posted are told of', async () => {
  const slack = await makeSlack({ records: 0 });
  const session = await openSlack(slack);
  const rows = [
    ['C0000000GEN', 'One'],
    ['C0000000GEN', 'Two'],
    ['C0000000GEN', 'Three'],
  ];
  slack.hook = ({ given }) => (given.get('text') === 'Two' ? { isLost: true } : undefined);

  const results = await apply(session, { names: ['channel', 'text'], rows });

  assert.ok(results[0]?.id);
  assert.match(results[1]?.error ?? '', /not known to be written: .*cannot be reached/);
  assert.match(results[2]?.error ?? '', /not known to be written/);
  assert.deepEqual(textsIn(slack, 'general'), ['One', 'Two']);
});

test('under a key a message is posted once, also where nobody heard that it was', async () => {
  const slack = await makeSlack({ records: 0 });
  const session = await openSlack(slack);
  const question = slack.workspace.say('general', 'Question');
  const given = {
    names: ['channel', 'text', 'thread_ts'],
    rows: [
      ['general', 'Same', null],
      ['general', 'Same', null],
      ['general', 'Answer', question.ts],
    ],
    idempotencyKey: 'run_1 0',
  };
  let posted = 0;
  slack.hook = ({ method }) => {
    if (method !== 'chat.postMessage') return undefined;
    posted += 1;
    return posted === 2 ? { isLost: true } : undefined;
  };

  const first = await apply(session, given);
  slack.hook = undefined;
  const second = await apply(session, given);
  const other = await apply(session, { ...given, idempotencyKey: 'run_2 0' });

  assert.ok(first[0]?.id);
  assert.equal(first[1]?.isUnknown, true);
  assert.equal(second[0]?.id, first[0]?.id);
  assert.equal(new Set([...second, ...other].map(({ id }) => id)).size, 6);
  assert.deepEqual(textsIn(slack, 'general').sort(), [
    ...['Answer', 'Answer', 'Question', 'Same', 'Same', 'Same', 'Same'],
  ]);
});

test('whoever may not look back posts all the same', async () => {
  const slack = await makeSlack({ records: 0 });
  const session = await openSlack(slack);
  slack.scopes = ['chat:write', 'channels:read'];

  const [result] = await apply(session, {
    ...{ names: ['channel', 'text'], rows: [['C0000000GEN', 'Hello']], idempotencyKey: 'run_1 0' },
  });

  assert.equal(result?.error, undefined);
  assert.deepEqual(textsIn(slack, 'general'), ['Hello']);
});
