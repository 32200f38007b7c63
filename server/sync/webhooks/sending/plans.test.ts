import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Db } from '../../../runtime/database/database.ts';
import { asOwner } from '../../../runtime/testing/owner.ts';
import { startServer } from '../../../testing/server.ts';
import { makeSyncScene } from '../../testing/scene.ts';
import { selectWaitingTypes } from '../store.ts';
import { makeWebhook } from '../testing/telling.ts';
import { claimWebhooks, selectDue } from './store.ts';

const finished = 100_000;
const waiting = 300;
const elsewhere = 20_000;
const app = await startServer({ HEDDLE_ROLES: 'web' });

type Node = {
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Relation Name'?: string;
  Plans?: Node[];
};

/** How many rows of deliveries a plan has touched. */
function touched({ Plans: parts = [], ...node }: Node): number {
  const rows = (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0);
  const own = node['Relation Name']?.startsWith('delivery')
    ? rows * (node['Actual Loops'] ?? 1)
    : 0;
  return own + parts.reduce((sum, part) => sum + touched(part), 0);
}

type Sent = { text: string; values: readonly unknown[] };

/** The same, noting what is sent by it. */
function noting<D extends Db>(db: D, sent: Sent[]): D {
  const rows = <Row>(text: string, values: readonly unknown[] = []) => {
    sent.push({ text, values });
    return db.rows<Row>(text, values);
  };
  return { ...db, rows };
}

async function deliver(organization: number, webhook: string): Promise<void> {
  await asOwner(
    app.address,
    `with sent as (
       insert into sync.delivery
         (organization_id, id, webhook_id, number, event_id, type, status, attempts, created_at)
       select $1, 'dlv_' || n, $2, n, 'evt_' || n, 'sync.alert', 'succeeded', '[]', now()
       from generate_series(1, $3::int) n)
     insert into sync.delivery_due
       (organization_id, id, webhook_id, number, event_id, type, due_at, created_at)
     select $1, 'dlv_' || n, $2, n, 'evt_' || n, 'sync.alert',
       case when n % 3 = 0 then now() - interval '1 minute' end, now()
     from generate_series($3::int + 1, $3::int + $4::int) n
     union all
     select $1, 'dlv_o' || n, 'whk_other', n, 'evt_' || n, 'sync.failed', null, now()
     from generate_series(1, $5::int) n`,
    [organization, webhook, finished, waiting, elsewhere],
  );
  await asOwner(app.address, 'analyze sync.delivery, sync.delivery_due', []);
}

test('what is due is found as fast, however much was delivered before', async () => {
  const scene = await makeSyncScene(app);
  const { id } = await makeWebhook(scene, 'https://partner.invalid/');
  await deliver(scene.organization, id);
  const { system } = app.server.platform.database;
  const now = app.clock.now();
  const sent: Sent[] = [];

  const [claim] = await system.transaction((tx) =>
    claimWebhooks(noting(tx, sent), { now, isSlow: false, limit: 10 }),
  );
  const page = { now, limit: 100, bytes: 1_000_000 };
  const due = await selectDue(noting(system.reading, sent), claim!, page);
  const types = await selectWaitingTypes(noting(system.reading, sent), scene.organization, id);
  await asOwner(app.address, `update sync.webhook_sending set lease_until = '-infinity'`, []);

  assert.deepEqual([due.length, types, sent.length], [100, ['sync.alert'], 3]);
  for (const { text, values } of sent) {
    const [row] = await asOwner<{ 'QUERY PLAN': [{ Plan: Node }] }>(
      app.address,
      `explain (analyze, format json) ${text}`,
      [...values],
    );
    const rows = touched(row!['QUERY PLAN'][0].Plan);
    assert.ok(rows > 0 && rows <= 2 * waiting, `${rows} rows in: ${text}`);
  }
});
