import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadDemo } from '../../operator/demo/demo.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

test('the demo posts a picture, once, that its bots can see', async () => {
  const { api_key } = (await loadDemo(app.server.platform)) as unknown as { api_key: string };
  await loadDemo(app.server.platform);

  const rows = await asOwner<{ file_id: string }>(
    app.address,
    'select file_id::text from messaging.embed where thread_id is not null',
  );
  const response = await fetch(`${app.url}/files/${rows[0]?.file_id}`, {
    headers: { authorization: `Bearer ${api_key}` },
  });

  assert.equal(rows.length, 1);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'image/png');
  await response.arrayBuffer();
});
