import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';
import { makeEcho, set, workflowsOf } from './testing/scene.ts';

const app = await startServer({ HEDDLE_ALLOW_PRIVATE_HOSTS: '1' });
const scene = await makeSyncScene(app);
const { make, begin, get, run } = workflowsOf(scene);

test('what a step was done with is shown of one that failed, too, and of one that is tried again', async () => {
  const echo = await makeEcho();
  const call = {
    type: 'http',
    name: 'call',
    url: `${echo.url}/{{record.id}}`,
    body: { note: '{{record.note}}', text: '{{record.text}}' },
  } as const;
  const failing = await make({ actions: [call] });
  const waiting = await make({ actions: [{ ...call, retry: { min_seconds: 3_600 } }] });
  echo.statuses.push(422, 503);

  const failed = await run(failing.id, { id: 7, text: 'a "quote"' });
  const later = await begin(waiting.id, { id: 8 });
  const tried = await until('it has failed once', async () => {
    const { steps } = await get(waiting.id, later);
    return steps[0]?.error ? steps[0] : undefined;
  });

  const [step] = failed.steps;
  assert.equal(step?.status, 'failed');
  const sent = {
    method: 'POST',
    url: `${echo.url}/7`,
    body: '{"note":null,"text":"a \\"quote\\""}',
  };
  assert.deepEqual([step?.input, step?.missing], [sent, ['record.note']]);
  assert.deepEqual(
    [tried.status, tried.input],
    ['pending', { method: 'POST', url: `${echo.url}/8`, body: '{"note":null,"text":null}' }],
  );
});

test('a transform that fails shows the record that it was given, in a dry run as in a run', async () => {
  const { id: workflow } = await make({
    actions: [set({ a: 1 }), { type: 'transform', config: { jsonata: '$error("no")' } }],
  });

  const failed = await run(workflow, { id: 7 });
  const body = { record: { id: 7 } };
  const dry = bodyOf(await scene.client.dryRunWorkflow({ params: { workflow }, body }));

  for (const { steps } of [failed, dry]) {
    assert.equal(steps[1]?.status, 'failed');
    assert.deepEqual(steps[1]?.input, { id: 7, a: 1 });
  }
});

test('a step that answers more than is kept says so, with what it was given', async () => {
  const jsonata = '{"a": text, "b": text, "c": text, "d": text, "e": text}';
  const { id } = await make({ actions: [{ type: 'transform', config: { jsonata } }] });
  const record = { text: 'x'.repeat(900_000) };

  const { steps, status } = await run(id, record);

  assert.equal(status, 'failed');
  assert.match(steps[0]?.error ?? '', /more than 4 MiB of output; ask for fewer/);
  assert.deepEqual(steps[0]?.input, record);
});

test('a run that is over or under way says how it is done again', async () => {
  const { id: workflow } = await make({ actions: [set({ a: 1 })] });
  const { id: workflow_run } = await run(workflow);

  const refused = await scene.client.retryWorkflowRun({
    params: { workflow, workflow_run },
    body: {},
  });

  assert.equal(refused.status, 409);
  assert.match(JSON.stringify(refused), /name with `from` the step from which on/);
});
