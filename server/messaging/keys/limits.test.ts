import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { createKey } from '../operator/index.ts';
import { makeTeam } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { organization } = await makeTeam(app);

test('answers carry the limits of a key', async () => {
  const key = await createKey(app.server.platform, organization, {
    name: 'Limited',
    kind: 'threads',
    plan: 'professional',
  });

  const { headers } = await fetch(`${app.url}/api/public/ping`, {
    headers: { authorization: `Bearer ${key.key}` },
  });

  assert.equal(headers.get('x-ratelimit-limit'), '300');
  assert.equal(headers.get('x-ratelimit-remaining'), '300');
});
