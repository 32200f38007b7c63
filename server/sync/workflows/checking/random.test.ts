import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { schedulingScopes } from '../../../../contract/scheduling/index.ts';
import { type actionTypes, noticeChannels, operations } from '../../../../contract/sync/actions.ts';
import { triggerTypes } from '../../../../contract/sync/triggers.ts';
import { startServer } from '../../../testing/server.ts';
import { connectOwn, makeSyncScene } from '../../testing/scene.ts';

const app = await startServer();
const scene = await makeSyncScene(app, { scopes: schedulingScopes });
const own = await connectOwn(scene, 'scheduling');

const odd = fc.constantFrom('', ' ', '__proto__', 'constructor', 'a.b', 'ä', '💥');
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), odd);
const json = fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' });
const name = mostly(fc.constantFrom('a', 'b', 'id', 'first_name'), text);
const template = fc
  .tuple(fc.constantFrom('record', 'record', 'steps', 'patients'), name)
  .map((parts) => `{{${parts.join('.')}}}`);
const words = mostly(fc.oneof(fc.constant('Hello'), template), text);
const values = fc.dictionary(name, fc.oneof(words, json), { maxKeys: 4 });
const filter = mostly(
  fc.constantFrom('a = 1', 'id > 2 AND b IN (1, 2)', 'record.a IS NULL'),
  fc.tuple(name, fc.constantFrom('=', '>', 'IN', 'LIKE'), words).map((of) => of.join(' ')),
);
/** What JSON may hold, and PostgreSQL too. */
const record = fc.dictionary(
  fc.constantFrom('a', 'b', 'id', 'toString'),
  fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme-ascii' }),
);
const odds = fc.constantFrom(0, -1, 0.5, 1e308, 31_536_001);
const number = mostly(fc.constantFrom(1, 2, 10), fc.oneof(odds, fc.integer()));
const connection = mostly(fc.constant(own), fc.constantFrom('conn_x', ''));
const object = mostly(fc.constantFrom('patients', 'bookings', 'appointments'), text);

const config = fc.record(
  {
    set: values,
    remove: fc.array(name, { maxLength: 3 }),
    rename: fc.dictionary(name, name, { maxKeys: 3 }),
    jsonata: mostly(fc.constantFrom('$', '{"a": a}'), fc.oneof(fc.constant('$.a +'), text)),
    enrich_company_data: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** What each member may be, if it is right. */
const members = {
  config,
  filter,
  name: mostly(
    fc.uuid().map((id) => `s${id.replaceAll('-', '')}`),
    fc.oneof(fc.constant('one'), text),
  ),
  connection_id: connection,
  object,
  operation: fc.constantFrom(...operations),
  key: fc.oneof(name, fc.array(name, { maxLength: 2 })),
  fields: fc.oneof(values, fc.array(name, { maxLength: 3 })),
  limit: number,
  method: fc.constantFrom('GET', 'POST'),
  url: fc.oneof(fc.constant('http://127.0.0.1:1/{{record.a}}'), words),
  headers: fc.dictionary(name, words, { maxKeys: 2 }),
  body: fc.oneof(words, json),
  seconds: mostly(number, words),
  until: words,
  channel: mostly(fc.constant('email'), fc.constantFrom(...noticeChannels)),
  to: mostly(fc.constant('ann@example.com'), words),
  subject: text,
  message: words,
  retry: fc.record({ attempts: number, min_seconds: number, max_seconds: number }),
  timeout_s: number,
};
type Member = keyof typeof members;
const membersOf: Record<(typeof actionTypes)[number], Member[]> = {
  transform: ['config'],
  write: ['connection_id', 'object', 'operation', 'key', 'fields'],
  notify: ['channel', 'message', 'to'],
  query: ['connection_id', 'object', 'fields', 'filter', 'limit'],
  http: ['url', 'method', 'headers', 'body'],
  condition: ['filter'],
  delay: ['seconds'],
  run_sync: [],
  approval: ['to', 'message'],
};
/** There is no sync, and no channel to ask in. */
const hopeless = ['run_sync', 'approval'];
const nearly = Object.entries(membersOf).map(([type, own]) => {
  const weight = hopeless.includes(type) ? 1 : 6;
  const near = fc.record(
    Object.fromEntries([...own, 'name' as const].map((one) => [one, members[one]])),
    { requiredKeys: own.slice(0, 2) },
  );
  const wrong = fc.dictionary(fc.constantFrom(...Object.keys(members), 'no'), json, { maxKeys: 1 });
  const arbitrary = fc
    .tuple(near, mostly(fc.constant({}), wrong))
    .map(([one, more]) => ({ ...one, ...more, type }));
  return { weight, arbitrary };
});

const { action } = fc.letrec<{ action: unknown }>((tie) => ({
  action: fc.oneof({ depthSize: 'small' }, ...nearly, {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.oneof(...nearly),
        fc.constantFrom('on_error', 'on_error', 'then', 'else'),
        fc.array(tie('action'), { maxLength: 3 }),
      )
      .map(([one, member, inside]) => ({ ...one, [member]: inside })),
  }),
}));

const trigger = fc.record(
  {
    type: fc.constantFrom(...triggerTypes),
    connection_id: connection,
    object,
    field: name,
    filter: mostly(filter, json),
    event: mostly(fc.constantFrom('sync.failed', 'appointment.created'), text),
    schedule: mostly(fc.constantFrom('hourly', '0 0 30 2 *', '* * * * * *'), text),
    timezone: mostly(fc.constantFrom('UTC', 'America/Chicago'), text),
  },
  { requiredKeys: ['type'] },
);
const right = fc.constantFrom(
  { type: 'api_call' },
  { type: 'schedule', schedule: '0 0 31 * *', timezone: 'America/Chicago' },
  { type: 'record_created', connection_id: own, object: 'patients', filter: 'id > 1' },
  { type: 'event', event: 'sync.failed' },
);

/** Far from everything, near to it, too deep, too many. */
const body = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }) },
  {
    weight: 8,
    arbitrary: fc.record(
      {
        name: mostly(fc.constant('A'), text),
        actions: mostly(fc.array(action, { maxLength: 4 }), json),
        on_error: fc.array(action, { maxLength: 2 }),
        trigger: mostly(right, fc.oneof(trigger, json)),
        concurrency: number,
        description: text,
        enabled: fc.boolean(),
      },
      { requiredKeys: ['name', 'actions'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 12 }).map((depth) => {
      let inside: unknown = { type: 'delay', seconds: 1 };
      for (let nth = 0; nth < depth; nth += 1) {
        inside = { type: 'condition', filter: 'a = 1', then: [inside] };
      }
      return { name: 'Deep', actions: [inside] };
    }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(action, fc.integer({ min: 40, max: 300 })).map(([one, count]) => ({
      name: 'Many',
      actions: Array.from({ length: count }, () => one),
    })),
  },
);

test('whatever is made of a workflow, it is made or refused with a field; what is made can be shown and tried', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(body, record, async (given, one) => {
      const answer = await ask('POST', '/v1/workflows', given);
      const said = JSON.stringify([answer.status, answer.body]);
      if (answer.status === 400) {
        const { error } = answer.body as { error: { details?: { field?: string } } };
        const isRoot = given === null || typeof given !== 'object' || Array.isArray(given);
        assert.ok(isRoot || typeof error.details?.field === 'string', said);
        return;
      }
      assert.equal(answer.status, 201, said);
      made += 1;
      const { id } = answer.body as { id: string };
      const shown = await ask('GET', `/v1/workflows/${id}`);
      assert.equal(shown.status, 200, JSON.stringify(shown.body));
      const tried = await ask('POST', `/v1/workflows/${id}/dry_run`, { record: one });
      assert.equal(tried.status, 200, JSON.stringify(tried.body));
      assert.equal((await ask('DELETE', `/v1/workflows/${id}`)).status, 204);
    }),
    { numRuns: 120 },
  );
  assert.ok(made > 0);
});

async function ask(method: string, path: string, given?: unknown) {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${scene.token}`, 'content-type': 'application/json' },
    ...(given === undefined ? {} : { body: JSON.stringify(given) }),
  });
  const answered = await response.text();
  return { status: response.status, body: answered === '' ? null : JSON.parse(answered) };
}

function mostly<T, U>(right: fc.Arbitrary<T>, wrong: fc.Arbitrary<U>): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: 15, arbitrary: right }, { weight: 1, arbitrary: wrong });
}
