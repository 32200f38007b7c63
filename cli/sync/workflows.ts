import { type Command, Option } from 'commander';
import { organizationOption } from '../options.ts';
import { heddle } from '../output.ts';
import { readInput } from '../secret.ts';
import { list, printable } from '../table.ts';
import { operation } from './operation.ts';
import { collectPair } from './settings.ts';
import { defineWorkflowRuns, workflowArgument } from './workflow-runs.ts';

type Action = { type: string; name?: string };
type Trigger = {
  type: string;
  object: string | null;
  event: string | null;
  status: string;
  fired: number;
};
type Workflow = {
  id: string;
  organization?: string;
  name: string;
  description: string;
  enabled: boolean;
  version: number;
  trigger: object | null;
  actions: object[];
};
type Template = {
  id: string;
  name: string;
  description: string;
  parameters: { name: string; description: string; required: boolean; default: unknown }[];
};

export function defineWorkflows(program: Command): void {
  const workflow = program
    .command('workflow')
    .description('what is done, step by step, when something has happened');
  operation(
    workflow.command('templates').description('list the ready-made workflows, and what each takes'),
    (_, acts) => acts.listWorkflowTemplates(),
    describeTemplates,
  );
  defineCreate(workflow);
  defineList(workflow);
  defineWorkflowRuns(workflow);
  defineSwitches(workflow);
}

function defineCreate(workflow: Command): void {
  operation(
    workflow
      .command('create')
      .description('make a workflow: a ready-made one, or one that is defined in a file')
      .requiredOption(...organizationOption)
      .option('--template <id>', `a ready-made one: ${heddle} workflow templates`)
      .option('--set <name=value>', 'a parameter of the template; repeatable', collectPair)
      .addOption(
        new Option(
          '--file <file>',
          'its definition as JSON, as POST /v1/workflows takes it; - is standard input',
        ).conflicts(['template', 'set']),
      )
      .option('--name <name>', 'its name, in place of that of the template or the file'),
    async ({ organization, template, set = [], file, name }, acts, platform) => {
      const called = name === undefined ? {} : { name: String(name) };
      if (file !== undefined) {
        const definition = definitionIn(await readInput(String(file), 'Definition as JSON'));
        return acts.createWorkflow(platform, String(organization), { ...definition, ...called });
      }
      if (template === undefined) throw new Error('Say what it does: --template or --file.');
      const parameters = Object.fromEntries(set as [string, string][]);
      const given = { template: String(template), ...called, parameters };
      return acts.makeReadyWorkflow(platform, String(organization), given);
    },
    describe,
  );
}

function defineList(workflow: Command): void {
  operation(
    workflow
      .command('list')
      .description('list the workflows')
      .option('--organization <id>', 'of one organization only'),
    ({ organization }, acts, platform) =>
      acts.listWorkflows(platform, organization as string | undefined),
    describeAll,
  );
  operation(
    workflow
      .command('show')
      .description('show a workflow: what sets it off, and what it does')
      .argument(...workflowArgument),
    (_, acts, platform, [id = '']) => acts.showWorkflow(platform, id),
    describe,
  );
}

function defineSwitches(workflow: Command): void {
  operation(
    workflow
      .command('enable')
      .description('let a workflow be set off; its trigger begins with what happens from now on')
      .argument(...workflowArgument),
    (_, acts, platform, [id = '']) => acts.enableWorkflow(platform, id, true),
    stateOf,
  );
  operation(
    workflow
      .command('disable')
      .description('let nothing set a workflow off; runs under way go on')
      .argument(...workflowArgument),
    (_, acts, platform, [id = '']) => acts.enableWorkflow(platform, id, false),
    stateOf,
  );
  operation(
    workflow
      .command('delete')
      .description('delete a workflow with its trigger and its runs')
      .argument(...workflowArgument),
    (_, acts, platform, [id = '']) => acts.deleteWorkflow(platform, id),
  );
}

function definitionIn(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`The definition is no JSON: ${(error as Error).message}.`, { cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Error('The definition must be a JSON object, like {"name": "…", "actions": […]}.');
}

function describe(workflow: Workflow): string {
  const trigger = workflow.trigger as Trigger | null;
  const lines = {
    id: workflow.id,
    name: workflow.name,
    about: workflow.description,
    status: stateOf(workflow),
    begins: trigger
      ? `${whenOf(trigger)}: ${trigger.status}, fired ${trigger.fired} times`
      : 'when it is run',
    does: stepsOf(workflow),
    version: workflow.version,
  };
  return Object.entries(lines)
    .filter(([, value]) => value !== '')
    .map(([what, value]) => `${what.padEnd('version'.length)}  ${printable(String(value))}`)
    .join('\n');
}

function describeAll(workflows: Workflow[]): string {
  const rows = workflows.map((workflow) => ({
    name: workflow.name,
    status: stateOf(workflow),
    begins: workflow.trigger ? whenOf(workflow.trigger as Trigger) : '',
    does: stepsOf(workflow),
    id: workflow.id,
    organization: workflow.organization,
  }));
  const none = `There is no workflow yet: ${heddle} workflow create --help`;
  return list(rows, none, { leaveOut: ['organization', 'does', 'id'], shorten: 'name' });
}

function describeTemplates(templates: Template[]): string {
  const told = templates.map(({ id, description, parameters }) => {
    const each = parameters.map((one) => `  ${one.name}  ${one.description}${usualOf(one)}`);
    return [`${id}: ${description}`, ...each].join('\n');
  });
  const how = `${heddle} workflow create --organization ID --template ID --set NAME=VALUE`;
  return [...told, how].join('\n\n');
}

function usualOf({ required, default: usual }: Template['parameters'][number]): string {
  if (required) return ' Required.';
  return usual === null ? '' : ` Otherwise ${usual}.`;
}

function whenOf({ type, object, event }: Trigger): string {
  return [type, object ?? event].filter((part) => part).join(' ');
}

function stepsOf({ actions }: Workflow): string {
  return (actions as Action[]).map(({ type }) => type).join(', ');
}

function stateOf({ enabled }: Workflow): string {
  return enabled ? 'enabled' : 'disabled';
}
