import { type Command, Option } from 'commander';
import { triggerTypes } from '../../contract/sync/triggers.ts';
import { heddle } from '../output.ts';
import { readInput } from '../secret.ts';
import { list, minuteOf, printable } from '../table.ts';
import { operation } from './operation.ts';
import { recordsIn } from './settings.ts';

type Trigger = {
  id: string;
  organization?: string;
  name: string;
  type: (typeof triggerTypes)[number];
  connection_id: string | null;
  object: string | null;
  event: string | null;
  filter: unknown;
  field: string | null;
  schedule: string | null;
  timezone: string | null;
  target: { workflow_id: string | null; sync_id: string | null };
  inline: boolean;
  enabled: boolean;
  status: string;
  message: string | null;
  next_run_at: string | null;
  fired: number;
  skipped: number;
  last_fired_at: string | null;
};

const idArgument = ['<trigger>', 'id or name of the trigger'] as const;

export function defineTriggers(program: Command): void {
  const trigger = program.command('trigger').description('what sets off a workflow or a sync');
  defineCreate(trigger);
  operation(
    trigger
      .command('list')
      .description('list the triggers')
      .option('--organization <id>', 'of one organization only'),
    ({ organization }, acts, platform) =>
      acts.listTriggers(platform, organization as string | undefined),
    describeAll,
  );
  operation(
    trigger
      .command('show')
      .description('show a trigger and how often it has fired')
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.showTrigger(platform, id),
    describe,
  );
  defineFire(trigger);
  defineSwitches(trigger);
}

function defineCreate(trigger: Command): void {
  const create = trigger
    .command('create')
    .description('set off a workflow or a sync by records, times, calls or events')
    .requiredOption('--name <name>', 'its name')
    .addOption(
      new Option('--type <type>', 'what sets it off')
        .choices([...triggerTypes])
        .makeOptionMandatory(),
    )
    .option('--connection <connection>', 'whose records: id or name of a connection')
    .option('--object <object>', 'the table, file or object')
    .option('--filter <text>', `only such records: "status = 'open' AND total > 10"`)
    .option('--field <field>', 'of field_changed: the field that changes')
    .option('--cursor-field <field>', 'grows with every change, where the system does not say it')
    .option('--schedule <when>', 'of schedule: hourly, daily or cron with 5 or 6 fields')
    .option('--timezone <zone>', 'of the schedule; UTC by default')
    .option('--event <event>', 'of event: what happens, like sync.failed')
    .option('--from-beginning', 'take the records that are there as new ones')
    .addOption(
      new Option('--workflow <workflow>', 'what is run: id or name of a workflow').conflicts(
        'sync',
      ),
    )
    .option('--sync <sync>', 'in its place a sync');
  operation(
    create,
    async ({ name, type, fromBeginning, workflow, sync, connection, ...given }, acts, platform) => {
      if (!workflow && !sync) throw new Error('Say what is set off: --workflow or --sync.');
      return acts.createTrigger(platform, {
        name: String(name),
        type: type as Trigger['type'],
        ...causeOf(given),
        from: fromBeginning ? 'beginning' : null,
        ...(connection ? { connection: String(connection) } : {}),
        ...(workflow ? { workflow: String(workflow) } : { sync: String(sync) }),
      });
    },
    describe,
  );
}

function causeOf(given: Record<string, unknown>) {
  const text = (option: string) => (given[option] as string | undefined) ?? null;
  return {
    object: text('object'),
    filter: text('filter'),
    field: text('field'),
    cursor_field: text('cursorField'),
    schedule: text('schedule'),
    timezone: text('timezone'),
    event: text('event'),
  };
}

function defineFire(trigger: Command): void {
  operation(
    trigger
      .command('fire')
      .description('fire a trigger of the type api_call, with a record')
      .argument(...idArgument)
      .argument('[file]', 'the record as JSON; - is standard input')
      .option('--record <json>', 'the record'),
    async ({ record }, acts, platform, [id = '', file]) => {
      const text = file === undefined ? String(record ?? '{}') : await readInput(file, 'Record');
      const [given, another] = recordsIn(text);
      if (!given || another) throw new Error('Give one JSON object as the record.');
      return acts.fireTrigger(platform, id, given);
    },
    ({ run_id }: { run_id: string }) => run_id,
  );
}

function defineSwitches(trigger: Command): void {
  operation(
    trigger
      .command('enable')
      .description('let a trigger fire; it begins with what happens from now on')
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.enableTrigger(platform, id, true),
    (enabled: Trigger) =>
      `${stateOf(enabled)}; next: ${minuteOf(enabled.next_run_at) || 'unknown'}`,
  );
  operation(
    trigger
      .command('disable')
      .description('let a trigger fire nothing')
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.enableTrigger(platform, id, false),
    stateOf,
  );
  operation(
    trigger
      .command('delete')
      .description('delete a trigger; what it has set off goes on')
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.deleteTrigger(platform, id),
  );
}

function describe(trigger: Trigger): string {
  const { target, filter, message, next_run_at, last_fired_at } = trigger;
  const lines = {
    id: trigger.id,
    name: trigger.name,
    type: trigger.type,
    of: [trigger.connection_id, trigger.object, trigger.event, trigger.schedule]
      .filter((part) => part !== null)
      .join(' '),
    field: trigger.field,
    filter: typeof filter === 'string' ? filter : filter && JSON.stringify(filter),
    runs: target.workflow_id ?? target.sync_id,
    status: stateOf(trigger),
    note: message,
    fired: `${trigger.fired} times, skipped ${trigger.skipped}`,
    last: minuteOf(last_fired_at),
    next: minuteOf(next_run_at),
  };
  return Object.entries(lines)
    .filter(([, value]) => value)
    .map(([what, value]) => `${what.padEnd(6)}  ${printable(String(value))}`)
    .join('\n');
}

function describeAll(triggers: Trigger[]): string {
  const rows = triggers.map((trigger) => ({
    name: trigger.name,
    type: trigger.type,
    status: stateOf(trigger),
    fired: trigger.fired,
    next: minuteOf(trigger.next_run_at),
    runs: trigger.target.workflow_id ?? trigger.target.sync_id,
    id: trigger.id,
    organization: trigger.organization,
  }));
  const wrong = triggers.flatMap(({ name, message }) =>
    message === null ? [] : [`${printable(name)}: ${printable(message)}`],
  );
  const none = `There is no trigger yet: ${heddle} trigger create --help`;
  const table = list(rows, none, {
    leaveOut: ['organization', 'next', 'id', 'runs'],
    shorten: 'name',
  });
  return [table, ...wrong].join('\n\n');
}

function stateOf({ enabled, status }: Trigger): string {
  return enabled ? status : 'disabled';
}
