import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../../../runtime/testing/owner.ts';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import { makeSyncScene } from '../../testing/scene.ts';
import { endPause } from '../store.ts';
import { makeWebhook, untilDelivered } from '../testing/telling.ts';
import { claimWebhooks, renewClaims, updateDisabled, updateOutcomes } from './store.ts';

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

test('what is stored while somebody ends a pause says nothing of that any more', async () => {
  const scene = await makeSyncScene(app);
  const { id } = await makeWebhook(scene, 'https://partner.invalid/');
  await scene.client.testWebhook({ params: { webhook: id } });
  const { database } = app.server.platform;
  const { system } = database;
  const { organization } = scene;
  const now = app.clock.now();
  const claims = await system.transaction((tx) =>
    claimWebhooks(tx, { now, isSlow: false, limit: 10 }),
  );
  const claim = claims.find((one) => one.id === id)!;
  const paused_until = new Date(now.getTime() + 3_600_000);
  const report = { claim, circuit: { ...claim, paused_until }, outcomes: [], isLast: true };

  let storing: Promise<Set<string>> | undefined;
  await database.of(organization).transaction(async (tx) => {
    endPause(tx, organization, id);
    const [me] = await tx.rows<{ pid: number }>('select pg_backend_pid() as pid');
    storing = system.transaction((other) => updateOutcomes(other, organization, [report]));
    await until('whoever stores waits', async () => {
      const blocked = 'select from pg_locks where not granted and $1 = any(pg_blocking_pids(pid))';
      return (await asOwner(app.address, blocked, [me!.pid])).length > 0;
    });
  });
  const held = await storing!;
  const isDisabled = await system.transaction((tx) => updateDisabled(tx, claim, 'Gone.', now));
  const rows = await system.reading.rows(
    'select paused_until from sync.webhook_sending where webhook_id = $1',
    [id],
  );

  assert.deepEqual([[...held], rows, isDisabled], [[id], [{ paused_until: null }], false]);
});
