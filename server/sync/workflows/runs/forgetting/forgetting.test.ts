import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schedulingScopes } from '../../../../../contract/scheduling/index.ts';
import { until } from '../../../../runtime/testing/until.ts';
import { erasePatient } from '../../../../scheduling/operator/patients.ts';
import { makeWorld } from '../../../../scheduling/testing/world.ts';
import { startServer } from '../../../../testing/server.ts';
import { connectOwn, makeSyncScene } from '../../../testing/scene.ts';
import { set, workflowsOf } from '../../testing/scene.ts';

const app = await startServer();
const { organization } = await makeWorld(app);
const scene = await makeSyncScene(app, { organization, scopes: schedulingScopes });
const connection_id = await connectOwn(scene, 'scheduling');
const { make, get, run } = workflowsOf(scene);

test('what runs have read of patients goes with any of them; what others did stays', async () => {
  const reading = await make({
    actions: [{ type: 'query', connection_id, object: 'patients', limit: 10 }],
  });
  const other = await make({ actions: [set({ kept: 'yes' })] });
  const read = await run(reading.id);
  const done = await run(other.id, { a: 1 });
  const { records = [] } = (read.steps[0]?.output ?? {}) as { records?: { id: number }[] };

  await erasePatient(app.server.platform, String(records[0]?.id));
  const forgotten = await until('it is forgotten', async () => {
    const shown = await get(reading.id, read.id);
    return shown.trigger === null && shown;
  });

  assert.match(JSON.stringify(read), /Lovelace/);
  assert.doesNotMatch(JSON.stringify(forgotten), /Lovelace/);
  assert.equal(forgotten.steps[0]?.status, 'completed');
  assert.deepEqual((await get(other.id, done.id)).steps, done.steps);
});
