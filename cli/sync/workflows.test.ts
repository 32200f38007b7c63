import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { heddle, heddleJson } from '../testing/heddle.ts';
import { makeScene } from './testing/scene.ts';
import { stepsIn } from './workflow-runs.ts';

const scene = await makeScene({ after });
const { environment, organization, folder } = scene;
const of = ['--organization', organization];

type Workflow = { id: string; name: string; enabled: boolean; actions: { type: string }[] };
type Run = { id: string; status: string };

async function define(name: string, actions: object[]): Promise<Workflow> {
  const file = join(folder, 'definition.json');
  await writeFile(file, JSON.stringify({ name: 'In the file', actions }));
  return heddleJson(['workflow', 'create', ...of, '--file', file, '--name', name], environment);
}

test('a ready-made workflow is made with the connections that it needs, once', async () => {
  await heddleJson(['channel', 'create', ...of, '--name', 'front-desk'], environment);
  const create = (template: string) => ['workflow', 'create', ...of, '--template', template];
  const desk = ['--set', 'channel=front-desk'];

  const named = [...desk, '--set', 'patient_names=true', '--name', 'With names'];
  await heddleJson([...create('new-appointment'), ...named], environment);
  const other = await heddleJson<Workflow>([...create('failed-sync'), ...desk], environment);
  const connections = await heddleJson<{ provider: string }[]>(['connection', 'list'], environment);
  const shown = await heddle(['workflow', 'show', 'With names'], environment);
  const wrong = await heddle(create('new-appointment'), environment);

  assert.deepEqual(connections.map(({ provider }) => provider).sort(), ['messaging', 'scheduling']);
  assert.equal(other.name, 'A failed sync to the owners');
  assert.match(shown.stdout, /^begins +record_created appointments: /m);
  assert.match(shown.stdout, /^does +query, query, transform, transform, notify$/m);
  assert.match(wrong.stderr, /parameters\.channel/);
});

test('the ready-made workflows are listed with what they take', async () => {
  const { stdout } = await heddle(['workflow', 'templates'], environment);

  assert.match(stdout, /^new-appointment: When somebody books/m);
  assert.match(stdout, /^ {2}channel +The channel .* Required\.$/m);
  assert.match(stdout, /^ {2}patient_names +.* Otherwise false\.$/m);
});

test('a workflow of a file is listed, tried, run, cancelled, retried, disabled and deleted', async () => {
  const set = { type: 'transform', config: { set: { told: '{{record.name}}' } } };
  const { id } = await define('Tells', [set, { type: 'delay', seconds: 3_600 }]);
  const record = ['--record', '{"name": "Ann"}'];

  const tried = await heddle(['workflow', 'dry-run', 'Tells', ...record], environment);
  const begun = await heddleJson<Run>(['workflow', 'run', 'Tells', ...record], environment);
  const cancelled = await heddleJson<Run>(['workflow', 'cancel', 'Tells'], environment);
  const retried = await heddleJson<Run>(['workflow', 'retry', 'Tells'], environment);
  const runs = await heddle(['workflow', 'runs', 'Tells'], environment);
  const steps = await heddleJson<Run & { steps: object[] }>(
    ['workflow', 'runs', 'Tells', '--run', begun.id],
    environment,
  );
  const disabled = await heddleJson<Workflow>(['workflow', 'disable', id], environment);
  const refused = await heddle(['workflow', 'run', id], environment);
  const enabled = await heddleJson<Workflow>(['workflow', 'enable', id], environment);
  const listed = await heddle(['workflow', 'list'], environment);
  await heddleJson(['workflow', 'delete', id], environment);
  const gone = await heddle(['workflow', 'show', id], environment);

  assert.match(tried.stdout, /It would be completed\.$/m);
  assert.deepEqual([begun.status, cancelled.status], ['queued', 'cancelled']);
  assert.deepEqual([retried.id, retried.status], [begun.id, 'queued']);
  assert.match(runs.stdout, new RegExp(`queued .*${begun.id}`));
  assert.deepEqual([steps.id, steps.status, steps.steps.length], [begun.id, 'queued', 2]);
  assert.deepEqual([disabled.enabled, enabled.enabled], [false, true]);
  assert.match(refused.stderr, /disabled/);
  assert.match(listed.stdout, /^Tells +enabled/m);
  assert.match(gone.stderr, /there is no workflow .*heddle workflow list shows them/);
});

test('a definition that does not fit is refused by the name of the member', async () => {
  const file = join(folder, 'unfit.json');
  const notify = { type: 'notify', channel: 'slack', message: 'Now.' };
  const refusals = [
    [{ actions: [{ type: 'aproval' }] }, /actions\.0\.type: must be one of transform, /],
    [{ actions: [{ ...notify, channel: 'slck' }] }, /actions\.0\.channel: must be one of /],
    [{ actions: [{ ...notify, timeout_s: '1h' }] }, /actions\.0\.timeout_s: must be number/],
    [{ actions: [], trigger: { type: 'api' } }, /trigger\.type: must be one of record_created, /],
    [{ actions: [], triger: null }, /triger: is not part of this request/],
  ] as const;

  for (const [definition, words] of refusals) {
    await writeFile(file, JSON.stringify({ name: 'Unfit', ...definition }));
    const { code, stderr } = await heddle(
      ['workflow', 'create', ...of, '--file', file],
      environment,
    );
    assert.equal(code, 1);
    assert.match(stderr, words);
  }
});

test('a step that waits says for whom, and until when', () => {
  const input = { to: 'front-desk', message: 'Shall it be sent?', until: '2026-12-01T14:37:10Z' };
  const step = { path: '0', name: 'ann', type: 'approval', error: null, input };

  const waiting = stepsIn([{ ...step, status: 'running' }]);
  const done = stepsIn([{ ...step, status: 'completed' }]);

  assert.match(waiting, /waits for front-desk until 2026-12-01 14:37$/);
  assert.doesNotMatch(done, /waits/);
});

test('what does not fit is refused', async () => {
  const { id } = await define('Never run', []);
  const file = join(folder, 'wrong.json');
  await writeFile(file, '[1]');

  const refusals = [
    [['workflow', 'create', ...of], /--template or --file/],
    [['workflow', 'create', ...of, '--file', file], /must be a JSON object/],
    [['workflow', 'create', ...of, '--template', 'none'], /There is no template none/],
    [['workflow', 'retry', id], /has not run yet/],
    [['workflow', 'answer', id, 'approve'], /no run of Never run waits for an answer/],
    [['workflow', 'run', id, '--record', '[1, 2]'], /JSON object/],
  ] as const;

  for (const [command, words] of refusals) {
    const { code, stderr } = await heddle([...command], environment);
    assert.equal(code, 1);
    assert.match(stderr, words);
  }
});
