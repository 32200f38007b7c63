import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { makeSyncScene } from '../../testing/scene.ts';
import { set, type WorkflowBody } from '../testing/scene.ts';

const app = await startServer();
const { client } = await makeSyncScene(app);

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
];

test('what is wrong with a definition is named by its path', async () => {
  for (const [field, rule, actions] of cases) {
    const [named, message] = await refusalOf(actions);
    assert.equal(named, field, String(message));
    assert.match(String(message), rule);
  }
});
