import { publish } from '../../../runtime/events/events.ts';
import { until } from '../../../runtime/testing/until.ts';
import type { TestServer } from '../../../testing/server.ts';
import { newId } from '../../conventions/ids.ts';
import { bodyOf, type SyncScene } from '../../testing/scene.ts';

/** Publishes that so many alerts have begun, each of a sync of its own; answers their ids in order. */
export async function alertTimes(
  app: TestServer,
  organization: number,
  count: number,
  message = 'A test.',
): Promise<string[]> {
  const now = app.clock.now();
  const ids = Array.from({ length: count }, () => newId('sync'));
  const since = now.toISOString();
  const events = ids.map((sync_id) => ({
    type: 'sync.alert' as const,
    subject: sync_id,
    data: {
      sync_id,
      sync_name: 'Test',
      alert: 'failed_runs',
      message,
      since,
      state: 'firing',
    } as const,
  }));
  const { database } = app.server.platform;
  await database.of(organization).transaction((tx) => publish(tx, organization, now, events));
  return ids;
}

type Client = Pick<SyncScene, 'client'>;
type NewWebhook = NonNullable<Parameters<SyncScene['client']['createWebhook']>[0]>['body'];

export async function makeWebhook({ client }: Client, url: string, more: Partial<NewWebhook> = {}) {
  const body = { url, events: ['sync.alert'], ...more };
  return bodyOf(await client.createWebhook({ body }));
}

/** The deliveries of a webhook, oldest first, once so many are in a state, or any. */
export async function untilDelivered(
  { client }: Client,
  webhook: string,
  count: number,
  status?: 'pending' | 'succeeded' | 'failed',
) {
  return until(`${count} deliveries are ${status ?? 'there'}`, async () => {
    const query = { limit: 1_000, ...(status ? { status } : {}) };
    const listed = bodyOf(await client.listDeliveries({ params: { webhook }, query }));
    return listed.length >= count && listed.toReversed();
  });
}
