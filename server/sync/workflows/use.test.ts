import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schedulingScopes } from '../../../contract/scheduling/index.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../testing/scene.ts';
import { type WorkflowBody, workflowsOf } from './testing/scene.ts';

const app = await startServer();
const own = await makeSyncScene(app, { scopes: schedulingScopes });
const { organization } = own;
const bookings = await makeSyncScene(app, { organization, scopes: ['bookings/get'] });
const patients = await makeSyncScene(app, { organization, scopes: ['patients/get'] });

const names = ['patients', 'Patient', 'PATIENTS', 'patient'];
const reading = (connection_id: string, object: string) => [
  { type: 'query', connection_id, object } as const,
];

test('what an action names as other systems do is for those who may use it by its own name', async () => {
  const connection_id = await connectOwn(own, 'scheduling');
  const answersTo = async ({ client }: typeof own, actions: WorkflowBody['actions']) =>
    (await client.createWorkflow({ body: { name: 'Test', actions } })).status;

  for (const object of names) {
    const query = reading(connection_id, object);
    const write = [{ type: 'write', connection_id, object, operation: 'insert' } as const];
    const { id } = await workflowsOf(own).make({ actions: query });
    const params = { workflow: id };
    const answers = [
      await answersTo(bookings, query),
      await answersTo(bookings, write),
      (await bookings.client.runWorkflow({ params, body: {} })).status,
      (await bookings.client.dryRunWorkflow({ params, body: { record: {} } })).status,
      await answersTo(patients, query),
      (await patients.client.dryRunWorkflow({ params, body: { record: {} } })).status,
    ];
    assert.deepEqual(answers, [403, 403, 403, 403, 201, 200], object);
  }
});

test('it stays so when the connection is gone', async () => {
  const connection_id = await connectOwn(own, 'scheduling', 'Short');
  const { make, run } = workflowsOf(own);
  const { id } = await make({ actions: reading(connection_id, 'Patient') });
  const { id: workflow_run } = await run(id);
  bodyOf(await own.client.deleteConnection({ params: { connection: connection_id } }));
  const params = { workflow: id, workflow_run };

  const answers = [
    await bookings.client.getWorkflowRun({ params }),
    await own.client.getWorkflowRun({ params }),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [403, 200],
  );
});
