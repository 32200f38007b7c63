import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../../../runtime/testing/owner.ts';
import { startServer } from '../../../testing/server.ts';
import { makeSyncScene } from '../../testing/scene.ts';
import { makeWebhook, untilDelivered } from '../testing/telling.ts';
import { Reports } from './reports.ts';
import { type Claim, claimWebhooks, type Outcome, type Report } from './store.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { database } = app.server.platform;

const claim = () =>
  database.system.transaction((tx) =>
    claimWebhooks(tx, { now: app.clock.now(), isSlow: false, limit: 10 }),
  );

test('what a claim before has done counts for nothing, though it is stored with what the new one has', async () => {
  const scene = await makeSyncScene(app);
  const [webhook, other] = [
    await makeWebhook(scene, 'https://partner.invalid/'),
    await makeWebhook(scene, 'https://other.invalid/'),
  ];
  for (const { id } of [webhook, other]) {
    await scene.client.testWebhook({ params: { webhook: id } });
  }
  const [delivery] = await untilDelivered(scene, webhook.id, 1, 'pending');
  const before = await claim();
  await asOwner(app.address, "update sync.webhook_sending set lease_until = '-infinity'");
  const now = await claim();
  const of = (claims: Claim[], id: string) => claims.find((one) => one.id === id) as Claim;
  const report = (one: Claim, outcomes: Outcome[] = []): Report => {
    return { claim: one, circuit: one, outcomes, isLast: false };
  };
  const attempt = { at: app.clock.now().toISOString(), status: 500, duration_ms: 1, error: null };
  const failed = { id: delivery!.id, status: 'failed', due_at: null, began_at: null } as const;
  const reports = new Reports({ database });

  const held = await Promise.all([
    reports.store(scene.organization, report(of(now, other.id))),
    reports.store(
      scene.organization,
      report(of(before, webhook.id), [{ ...failed, failures: 1, attempt }]),
    ),
    reports.store(scene.organization, report(of(now, webhook.id))),
  ]);
  const [still] = await untilDelivered(scene, webhook.id, 1);

  assert.deepEqual(held, [true, false, true]);
  assert.equal(still?.status, 'pending');
});
