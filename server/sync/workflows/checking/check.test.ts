import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../../testing/scene.ts';
import { set, type WorkflowBody } from '../testing/scene.ts';

const app = await startServer();
const { client } = await makeSyncScene(app);
const messaging = await connectOwn({ client }, 'messaging');

const refusalOf = async (actions: unknown[], more: object = {}) => {
  const body = { name: 'Wrong', actions, ...more } as WorkflowBody;
  const answer = await client.createWorkflow({ body });
  assert.equal(answer.ok, false);
  const { error } = (
    answer as { error: { error: { details: { field: string }; message: string } } }
  ).error;
  return [error.details.field, error.message];
};

const cases: [string, RegExp, unknown[]][] = [
  ['actions.0.type', /must be|one of/, [{ type: 'fly' }]],
  ['actions.0.name', /must match \^\[A-Za-z_\]/, [set({}, { name: 'a b' })]],
  ['actions.0.message', /required/, [{ type: 'notify', channel: 'threads', to: 'x' }]],
  ['actions.0.url', /no member of delay/, [{ type: 'delay', seconds: 1, url: 'https://a' }]],
  [
    'actions.0.connection_id',
    /no connection conn_x/,
    [{ type: 'query', connection_id: 'conn_x', object: 'a' }],
  ],
  ['actions.0.transform_id', /no transform tfm_x/, [{ type: 'transform', transform_id: 'tfm_x' }]],
  ['actions.0.sync_id', /no sync sync_x/, [{ type: 'run_sync', sync_id: 'sync_x' }]],
  ['actions.1.name', /another action/, [set({}, { name: 'a' }), set({}, { name: 'a' })]],
  [
    'actions.0.then.0.seconds',
    /required/,
    [{ type: 'condition', filter: 'a = 1', then: [{ type: 'delay' }] }],
  ],
  ['actions.0.config.set.a', /character/, [set({ a: '{{record.a' })]],
  [
    'actions.0.config.set.a',
    /no step before/,
    [set({ a: '{{steps.later.output}}' }), set({}, { name: 'later' })],
  ],
  ['actions.0.config.set.a', /there is no "nope"/, [set({ a: '{{nope.b}}' })]],
  ['actions.0.filter', /character/, [{ type: 'condition', filter: 'a = ' }]],
  [
    'actions.0.connection_id',
    /there is none/,
    [{ type: 'notify', channel: 'slack', message: 'x' }],
  ],
  ['actions.0.url', /must begin with https/, [{ type: 'http', url: 'partner.example/hook' }]],
  ['actions.0.url', /must begin with https/, [{ type: 'http', url: 'ftp://partner.example' }]],
  [
    'actions.0.headers.Host',
    /set by the request itself/,
    [{ type: 'http', url: 'https://a.example', headers: { Host: '{{record.host}}' } }],
  ],
  [
    'actions.0.headers.X A',
    /no header may have/,
    [{ type: 'http', url: 'https://a.example', headers: { 'X A': '1' } }],
  ],
  [
    'actions.0.connection_id',
    /of the provider http/,
    [{ type: 'http', url: '/contacts', connection_id: messaging }],
  ],
  ['actions.0.until', /with an offset/, [{ type: 'delay', until: 'tomorrow' }]],
  ['actions.0.seconds', /from 0 to a year/, [{ type: 'delay', seconds: 'soon' }]],
  [
    'actions.0.key',
    /name a key/,
    [
      {
        ...{ type: 'write', connection_id: messaging, object: 'threads', operation: 'update' },
        fields: { text: '{{record.text}}' },
      },
    ],
  ],
];

test('what is wrong with a definition is named by its path', async () => {
  for (const [field, rule, actions] of cases) {
    const [named, message] = await refusalOf(actions);
    assert.equal(named, field, String(message));
    assert.match(String(message), rule);
  }
});

test('what templates fill in is looked at when it is known', async () => {
  const { ok } = await client.createWorkflow({
    body: {
      name: 'Right',
      actions: [
        { type: 'http', url: '{{record.url}}', headers: { 'X-A': '{{record.a}}' } },
        { type: 'http', url: 'https://{{record.host}}/hook' },
        { type: 'delay', until: '{{record.until}}' },
        { type: 'delay', seconds: '{{record.seconds}}' },
        { type: 'delay', seconds: '90' },
        { type: 'delay', until: '2026-05-04T08:00:00-05:00' },
      ],
    },
  });

  assert.ok(ok);
});

test('an action is shown with what it is first, also one inside another', async () => {
  const inner = { type: 'delay', name: 'later', seconds: 1 };
  const action = { timeout_s: 5, then: [inner], filter: 'a = 1', type: 'condition', name: 'big' };
  const body = { name: 'In order', actions: [action] } as unknown as WorkflowBody;

  const { id } = bodyOf(await client.createWorkflow({ body }));
  const { actions } = bodyOf(await client.getWorkflow({ params: { workflow: id } }));

  const [shown] = actions;
  assert.deepEqual(Object.keys(shown ?? {}), ['type', 'name', 'filter', 'then', 'timeout_s']);
  assert.deepEqual(shown, action);
  const [within = {}] = (shown?.then ?? []) as object[];
  assert.deepEqual(Object.keys(within), ['type', 'name', 'seconds']);
});
