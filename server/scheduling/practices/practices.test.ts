import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeScene } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';

const app = await startServer();

test('practices are listed with their locations', async () => {
  const { client, practice, location } = await makeScene(app);

  const answer = await client.listPractices({});

  assert.ok(answer.ok);
  assert.deepEqual(answer.body, [
    {
      id: practice.id,
      name: 'Acme Orthodontics',
      locations: [{ id: location.id, name: 'Springfield' }],
    },
  ]);
});
