import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tx } from '../../../runtime/database/database.ts';
import { startServer } from '../../../testing/server.ts';
import { makeSyncScene } from '../../testing/scene.ts';
import { workflowsOf } from '../testing/scene.ts';
import { claimWorkflowRuns } from './store.ts';

const app = await startServer();
const { database } = app.server.platform;

async function makeOne() {
  const scene = await makeSyncScene(app);
  const { id } = await workflowsOf(scene).make({ actions: [] });
  return { organization: scene.organization, workflow: id };
}

type One = Awaited<ReturnType<typeof makeOne>>;

/** Runs that are due one after the other, the first so many seconds after the epoch. */
const insert = (tx: Tx, { organization, workflow }: One, count: number, from: number) =>
  tx.rows(
    `insert into sync.workflow_run (organization_id, id, workflow_id, version, status, trigger_type,
       depth, sealed_key, due_at, created_at)
     select $1, 'wfr_' || $3 || '_' || lpad(n::text, 9, '0'), $2, 1, 'queued', 'api_call', 1, '',
       to_timestamp($5 + n), to_timestamp(0)
     from generate_series(1, $4) n`,
    [organization, workflow, String(organization), count, from],
  );

test('takes the longest due of those organizations that have not enough under way', async () => {
  const [crowded, early, late, future] = [
    await makeOne(),
    await makeOne(),
    await makeOne(),
    await makeOne(),
  ];
  const now = new Date(1_000_000);
  const undone = new Error('undone');
  let taken: number[][] = [];

  const work = database.system.transaction(async (tx) => {
    await insert(tx, crowded, 50, 0);
    await insert(tx, late, 3, 500);
    await insert(tx, early, 3, 100);
    await insert(tx, future, 3, 5_000);
    const asked = { now, limit: 4, crowded: [crowded.organization] };
    const first = await claimWorkflowRuns(tx, asked);
    const second = await claimWorkflowRuns(tx, asked);
    const all = await claimWorkflowRuns(tx, { now, limit: 60, crowded: [] });
    taken = [first, second, all].map((runs) =>
      runs.map(({ organization_id }) => organization_id).sort((a, b) => a - b),
    );
    throw undone;
  });

  await assert.rejects(work, undone);
  const { organization: a } = early;
  const { organization: b } = late;
  assert.deepEqual(taken.slice(0, 2), [
    [a, a, a, b],
    [b, b],
  ]);
  assert.deepEqual(taken[2], Array(50).fill(crowded.organization));
});
