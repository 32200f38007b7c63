import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { makeSyncScene } from '../../testing/scene.ts';
import { makeWebhook, untilDelivered } from '../testing/telling.ts';
import { claimWebhooks, renewClaims, updateOutcomes } from './store.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

test('what was given back stays free, though its claim is renewed by whoever had it', async () => {
  const scene = await makeSyncScene(app);
  const webhook = await makeWebhook(scene, 'https://partner.invalid/');
  await scene.client.testWebhook({ params: { webhook: webhook.id } });
  await untilDelivered(scene, webhook.id, 1, 'pending');
  const { system } = app.server.platform.database;
  const terms = { now: app.clock.now(), isSlow: false, limit: 10 };

  const [claim] = await system.transaction((tx) => claimWebhooks(tx, terms));
  await system.transaction((tx) => renewClaims(tx, [claim!]));
  const meanwhile = await system.transaction((tx) => claimWebhooks(tx, terms));
  await system.transaction((tx) =>
    updateOutcomes(tx, scene.organization, [
      { claim: claim!, circuit: claim!, outcomes: [], isLast: true },
    ]),
  );
  await system.transaction((tx) => renewClaims(tx, [claim!]));
  const after = await system.transaction((tx) => claimWebhooks(tx, terms));

  assert.deepEqual(meanwhile, []);
  assert.deepEqual(
    after.map(({ id }) => id),
    [webhook.id],
  );
});
