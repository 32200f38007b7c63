import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { makeSyncScene } from '../../testing/scene.ts';
import { makeEcho, type WorkflowBody, workflowsOf } from '../testing/scene.ts';

const app = await startServer();
const { client } = await makeSyncScene(app);
const { make } = workflowsOf({ client });
const url = 'https://api.example.com/contacts';
const http = (more: object) => ({ type: 'http', url, ...more });

const refusalOf = async (action: object) => {
  const actions = [{ type: 'condition', filter: 'a = 1', then: [action] }];
  const body = { name: 'Secret', actions } as WorkflowBody;
  const answer = (await client.createWorkflow({ body })) as {
    error?: { error: { details: { field: string }; message: string } };
  };
  return answer.error?.error;
};

test('what signs a request in belongs in a connection, and not in a definition', async () => {
  const names = [
    ...['Authorization', 'cookie', 'X-API-Key', 'PRIVATE-TOKEN', 'x-shopify-access-token'],
    ...['Ocp-Apim-Subscription-Key', 'proxy-authorization', 'client_secret'],
  ];
  const given = [
    ...names.map((name) => [`headers.${name}`, { headers: { [name]: 'k-123' } }] as const),
    ['url', { url: `${url}?limit=1&api_key=k-123#top` }] as const,
    ['url', { url: 'https://user:k-123@api.example.com' }] as const,
  ];

  for (const [member, more] of given) {
    const refused = await refusalOf(http(more));

    assert.equal(refused?.details.field, `actions.0.then.0.${member}`);
    assert.match(refused.message, /connection_id/);
    assert.doesNotMatch(refused.message, /k-123/);
  }
});

test('what a template fills in, and what signs nobody in, may be given', async () => {
  const echo = await makeEcho();
  const login = { type: 'http', name: 'login', url: echo.url } as const;
  const headers = {
    authorization: 'Bearer {{steps.login.output.body.seen}}',
    'x-source': 'heddle',
    'x-keyboard': 'k',
  };

  const { actions } = await make({
    actions: [login, { type: 'http', url: `${url}?page_token=a&key=b@c`, headers }],
  });

  assert.deepEqual(actions[1]?.headers, headers);
});
