import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schedulingScopes } from '../../../../../contract/scheduling/index.ts';
import { until } from '../../../../runtime/testing/until.ts';
import { erasePatient } from '../../../../scheduling/operator/patients.ts';
import { makeAppointment } from '../../../../scheduling/testing/scene.ts';
import { book, makeWorld } from '../../../../scheduling/testing/world.ts';
import { startServer } from '../../../../testing/server.ts';
import { connectOwn, makeSyncScene } from '../../../testing/scene.ts';
import { set, workflowsOf } from '../../testing/scene.ts';

const app = await startServer();
const world = await makeWorld(app);
const { organization, day } = world;
const scene = await makeSyncScene(app, { organization, scopes: schedulingScopes });
const connection_id = await connectOwn(scene, 'scheduling');
const { make, begin, get, ended, run } = workflowsOf(scene);

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

/** Answers the number of a patient. */
async function makePatient(email: string, hour: number): Promise<number> {
  const booking = await book(world.client, { ...world, start: `${day}T${hour}:00` });
  return (await makeAppointment(world, booking, { email })).patient_id;
}

test('what waits ends with a patient of whom it has read, and goes on without others', async () => {
  const [first, second] = [
    await makePatient('a@x.example', 13),
    await makePatient('b@x.example', 14),
  ];
  const query = { type: 'query', connection_id, object: 'patients' } as const;
  const { id: workflow } = await make({
    actions: [
      { ...query, filter: "id = '{{record.patient}}'", fields: ['email'] },
      { type: 'delay', seconds: 3_600 },
      set({ done: 'yes' }),
    ],
    concurrency: 2,
  });
  const is = (id: string, status: string) =>
    until(`${id} is ${status}`, async () => {
      const shown = await get(workflow, id);
      return shown.status === status && shown;
    });
  const gone = await begin(workflow, { patient: first });
  const other = await begin(workflow, { patient: second });
  const before = await is(gone, 'waiting');
  await is(other, 'waiting');
  const held = await begin(workflow, { patient: second });

  await erasePatient(app.server.platform, String(first));
  const failed = await is(gone, 'failed');
  // Its place is another's.
  await is(held, 'waiting');
  const params = { workflow, workflow_run: gone };
  const again = await scene.client.retryWorkflowRun({ params, body: {} });
  app.clock.advance({ hours: 2 });
  const done = await ended(workflow, other);

  assert.match(JSON.stringify(before.steps), /a@x.example/);
  assert.match(failed.error ?? '', /patient .* was erased/);
  assert.equal(failed.trigger, null);
  assert.doesNotMatch(JSON.stringify(failed.steps), /example/);
  assert.equal(again.status, 410);
  assert.equal(done.status, 'completed');
});
