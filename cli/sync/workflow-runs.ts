import { Argument, type Command } from 'commander';
import { readInput } from '../secret.ts';
import { list, minuteOf, printable } from '../table.ts';
import { operation } from './operation.ts';
import { recordsIn } from './settings.ts';

export const workflowArgument = ['<workflow>', 'id or name of the workflow'] as const;
const runOption = ['--run <id>', 'which run; by default the last'] as const;
const recordOption = ['--record <json>', 'the record'] as const;
const fileArgument = ['[file]', 'the record as JSON; - is standard input'] as const;

type Run = {
  id: string;
  status: string;
  trigger: { type: string } | null;
  error: string | null;
  created_at: string;
  duration_ms: number | null;
};
type Step = {
  path: string;
  name: string | null;
  type: string;
  status: string;
  error: string | null;
  input: unknown;
};

/** What concerns the runs of a workflow. */
export function defineWorkflowRuns(workflow: Command): void {
  defineRun(workflow);
  defineAnswer(workflow);
  operation(
    workflow
      .command('runs')
      .description('list the last runs of a workflow, or the steps of one')
      .argument(...workflowArgument)
      .option('--run <id>', 'the steps of this run'),
    ({ run }, acts, platform, [id = '']) =>
      run === undefined
        ? acts.listWorkflowRuns(platform, id)
        : acts.showWorkflowRun(platform, id, String(run)),
    (value: Run[] | (Run & { steps: Step[] })) =>
      Array.isArray(value) ? describeRuns(value) : describeSteps(value),
  );
  operation(
    workflow
      .command('retry')
      .description('go on with a failed or cancelled run at the step that did not end')
      .argument(...workflowArgument)
      .option(...runOption)
      .option('--from <step>', 'do everything from this step on once more'),
    ({ run, from }, acts, platform, [id = '']) =>
      acts.retryWorkflowRun(platform, id, {
        run: run as string | undefined,
        from: from as string | undefined,
      }),
    describeRun,
  );
  operation(
    workflow
      .command('cancel')
      .description('end a run; what its steps have done stays done')
      .argument(...workflowArgument)
      .option(...runOption),
    ({ run }, acts, platform, [id = '']) =>
      acts.cancelWorkflowRun(platform, id, run as string | undefined),
    describeRun,
  );
}

function defineAnswer(workflow: Command): void {
  operation(
    workflow
      .command('answer')
      .description('answer what a run asks people, in place of one of them')
      .argument(...workflowArgument)
      .addArgument(new Argument('<answer>', 'whether it goes on').choices(['approve', 'reject']))
      .option('--run <id>', 'which run; by default the one that waits for an answer')
      .option('--comment <text>', 'why; it is kept with the answer'),
    ({ run, comment }, acts, platform, [id = '', given]) =>
      acts.answerApproval(platform, id, {
        run: run as string | undefined,
        approved: given === 'approve',
        comment: comment as string | undefined,
      }),
    describeRun,
  );
}

function defineRun(workflow: Command): void {
  operation(
    workflow
      .command('run')
      .description('run a workflow with a record; a server does it')
      .argument(...workflowArgument)
      .argument(...fileArgument)
      .option(...recordOption),
    async (options, acts, platform, [id = '', file]) =>
      acts.runWorkflow(platform, id, await recordOf(options.record, file)),
    describeRun,
  );
  operation(
    workflow
      .command('dry-run')
      .description('show what a workflow would do with a record; nothing is written or sent')
      .argument(...workflowArgument)
      .argument(...fileArgument)
      .option(...recordOption),
    async (options, acts, platform, [id = '', file]) =>
      acts.dryRunWorkflow(platform, id, await recordOf(options.record, file)),
    describeTried,
  );
}

async function recordOf(given: unknown, file: string | undefined) {
  const text = file === undefined ? String(given ?? '{}') : await readInput(file, 'Record');
  const [record, another] = recordsIn(text);
  if (!record || another) throw new Error('Give one JSON object as the record.');
  return record;
}

function describeRun({ id, status }: Run): string {
  return `${id}  ${status}`;
}

function describeRuns(runs: Run[]): string {
  const rows = runs.map((run) => ({
    begun: minuteOf(run.created_at),
    status: run.status,
    trigger: run.trigger?.type ?? '',
    seconds: run.duration_ms === null ? '' : (run.duration_ms / 1000).toFixed(1),
    id: run.id,
    why: run.error ?? '',
  }));
  return list(rows, 'It has not run yet.', { leaveOut: ['seconds', 'trigger'], shorten: 'why' });
}

function describeSteps({ steps, ...run }: Run & { steps: Step[] }): string {
  return [describeRun(run), stepsIn(steps)].join('\n\n');
}

function describeTried({
  status,
  steps,
  error,
}: {
  status: string;
  steps: Step[];
  error: string | null;
}) {
  const sent = steps.flatMap(({ name, path, type, input }) =>
    type === 'transform' || input === null
      ? []
      : [`${name ?? path}: ${printable(JSON.stringify(input))}`],
  );
  const end = error === null ? `It would be ${status}.` : `It would fail: ${printable(error)}`;
  return [stepsIn(steps), sent.join('\n'), end].filter((part) => part !== '').join('\n\n');
}

export function stepsIn(steps: Step[]): string {
  const rows = steps.map((step) => ({
    step: step.name ?? step.path,
    type: step.type,
    status: step.status,
    why: step.error ?? waitOf(step),
  }));
  return list(rows, 'It has no steps.', { leaveOut: [], shorten: 'why' });
}

/** For whom or for when a step waits. */
function waitOf({ status, input }: Step): string {
  const { to, until } = (input ?? {}) as { to?: string; until?: string };
  if (status !== 'running' || until === undefined) return '';
  const whom = to === undefined ? '' : ` for ${to}`;
  return `waits${whom} until ${minuteOf(until)}`;
}
