import { type Command, Option } from 'commander';
import { collect } from '../options.ts';
import { complain, heddle, readable } from '../output.ts';
import { list, minuteOf, printable, recordsOf, table } from '../table.ts';
import { clearedBy, clearOption, definingOptions, settingsFrom } from './definition.ts';
import { commaList } from './lists.ts';
import { operation } from './operation.ts';
import { adviceOnAside, adviceOnFailure, adviceOnPause } from './progress.ts';
import { syncArgument } from './runs.ts';

type Sync = {
  id: string;
  name: string;
  organization?: string;
  source: { object: string | null; query: string | null };
  destination: { table: string | null };
  mode: string | null;
  schedule: string;
  status: string;
  pause?: { reason: string } | null;
  error?: string | null;
  waiting?: number;
  lag?: { seconds: number | null } | null;
  records_synced: number;
  last_run_at: string | null;
  next_run_at: string | null;
};
type Preview = {
  records: Record<string, unknown>[];
  rejected: { index: number; reason: string }[];
  statements: string[];
  drift: string[];
};

export function defineSyncs(sync: Command): void {
  defineCreate(sync);
  defineChange(sync);
  operation(
    sync
      .command('list')
      .description('list the syncs')
      .option('--organization <id>', 'of one organization only'),
    ({ organization }, acts, platform) =>
      acts.listSyncs(platform, organization as string | undefined),
    describeAll,
  );
  operation(
    sync
      .command('show')
      .description('show a sync with all that it is told')
      .argument(...syncArgument),
    (_, acts, platform, [id = '']) => acts.showSync(platform, id),
    (sync: Sync) => readable({ ...sync, status: statusOf(sync) }),
  );
  operation(
    sync
      .command('preview')
      .description('show the first records as they would be written; nothing is written')
      .argument(...syncArgument),
    (_, acts, platform, [id = '']) => acts.previewSync(platform, id),
    describePreview,
  );
  defineSwitches(sync);
}

function defineCreate(sync: Command): void {
  const create = sync
    .command('create')
    .description('make a sync of a table, or one for each of several')
    .requiredOption('--from <connection>', 'where it reads: id or name of a connection')
    .requiredOption('--to <connection>', 'where it writes')
    .addOption(
      new Option('--table <name>', 'the table, file or object; repeatable')
        .argParser(collect)
        .conflicts('query'),
    )
    .addOption(
      new Option('--tables <patterns>', "several, like 'public.*'; separated by commas")
        .argParser(commaList)
        .conflicts('query'),
    )
    .option('--query <text>', "a query in the source's own language, in place of a table")
    .option('--into <table>', 'the table that it writes; * stands for the name at the source')
    .option('--name <name>', 'its name; by default that of the table');
  operation(
    definingOptions(create),
    async (
      { from, to, table: one, tables, query, into, name, check, ...given },
      acts,
      platform,
    ) => {
      const objects = [...((one as string[]) ?? []), ...((tables as string[]) ?? [])];
      if (objects.length === 0 && !query) {
        throw new Error("Say what to read: --table orders, --tables 'public.*' or --query.");
      }
      if (query && !into) throw new Error('A query needs --into, the table that it writes.');
      const wanted = {
        from: String(from),
        to: String(to),
        objects,
        ...(query ? { query: String(query) } : {}),
        ...(into ? { into: String(into) } : {}),
        ...(name ? { name: String(name) } : {}),
        settings: settingsFrom(given),
        check: check !== false,
      };
      const made = await acts.createSyncs(platform, wanted, complain);
      return tables ? made : made.length === 1 ? made[0] : made;
    },
    describeMade,
  );
}

function defineChange(sync: Command): void {
  const change = sync
    .command('change')
    .description('change what is given of a sync; its position stays')
    .argument(...syncArgument)
    .option('--name <name>', 'its name')
    .option('--from <connection>', 'where it reads: id or name of a connection')
    .option('--to <connection>', 'where it writes')
    .addOption(new Option('--table <name>', 'the table that it reads').conflicts('query'))
    .option('--query <text>', "a query in the source's own language, in place of a table")
    .option('--into <table>', 'the table that it writes');
  operation(
    definingOptions(change).addOption(clearOption),
    async (
      { name, from, to, table: object, query, into, check, ...given },
      acts,
      platform,
      [id = ''],
    ) => {
      const { json, data, clear, ...settings } = given;
      const texts = Object.entries({ name, from, to, object, query, into }).filter(
        ([, text]) => text,
      );
      if (texts.length === 0 && Object.keys(settings).length === 0 && !clear) {
        throw new Error('Say what to change: heddle sync change --help lists it.');
      }
      const changes = {
        ...Object.fromEntries(texts.map(([what, text]) => [what, String(text)])),
        settings: { ...settingsFrom(given), ...clearedBy(clear as string[]) },
        check: check !== false,
      };
      return acts.changeSync(platform, id, changes, complain);
    },
    (changed: Sync) => describeAll([changed]),
  );
}

function defineSwitches(sync: Command): void {
  operation(
    sync
      .command('enable')
      .description('let a sync run, and by its schedule')
      .argument(...syncArgument),
    (_, acts, platform, [id = '']) => acts.enableSync(platform, id, true),
    (sync: Sync) => `${statusOf(sync)}; next run: ${minuteOf(sync.next_run_at)}`,
  );
  operation(
    sync
      .command('disable')
      .description('stop a sync; its run is cancelled, and its position stays')
      .argument(...syncArgument),
    (_, acts, platform, [id = '']) => acts.enableSync(platform, id, false),
    ({ status }: Sync) => status,
  );
  operation(
    sync
      .command('delete')
      .description('delete a sync; what it wrote stays')
      .argument(...syncArgument),
    (_, acts, platform, [id = '']) => acts.deleteSync(platform, id),
  );
}

function describeMade(value: (Sync & { made: boolean }) | (Sync & { made: boolean })[]): string {
  const rows = [value].flat().map(({ id, source, destination, schedule, made }) => ({
    id,
    from: source.object ?? source.query,
    to: destination.table,
    schedule,
    '': made ? 'made' : 'was there',
  }));
  const [first] = rows;
  const id = first?.id;
  const ways =
    first?.schedule === 'realtime'
      ? [`sync watch ${id}`, 'sync list']
      : [`sync preview ${id}`, `sync run ${id} --watch`];
  return `${table(rows, '')}\n\nNext: ${ways.map((way) => `${heddle} ${way}`).join('\n      ')}`;
}

const spare = {
  leaveOut: ['next run', 'id', 'organization', 'mode', 'schedule', 'records', 'last run'],
  shorten: 'name',
};

function describeAll(syncs: Sync[]): string {
  const isOfSeveral = new Set(syncs.map(({ organization }) => organization)).size > 1;
  const isFollowing = syncs.some(({ lag }) => lag);
  const rows = syncs.map((sync) => ({
    name: sync.name,
    status: statusOf(sync),
    mode: sync.mode,
    schedule: sync.schedule,
    records: sync.records_synced,
    ...(isFollowing ? { lag: lagOf(sync) } : {}),
    'last run': minuteOf(sync.last_run_at),
    'next run': minuteOf(sync.next_run_at),
    id: sync.id,
    ...(isOfSeveral ? { organization: sync.organization } : {}),
  }));
  const paused = syncs.flatMap(({ id, name, pause }) =>
    pause ? [`${printable(name)} is paused: ${adviceOnPause(id, pause.reason)}`] : [],
  );
  const failed = syncs.flatMap(({ id, name, error }) =>
    error ? [`${printable(name)} failed: ${adviceOnFailure(id, error)}`] : [],
  );
  const aside = syncs.flatMap(({ id, name, waiting = 0 }) =>
    waiting > 0 ? [`${printable(name)}: ${adviceOnAside(id, waiting)}`] : [],
  );
  const none = `There is no sync yet: ${heddle} sync create --help`;
  return [list(rows, none, spare), ...paused, ...failed, ...aside].join('\n\n');
}

function lagOf({ lag }: Sync): string | null {
  return lag?.seconds == null ? null : `${Math.round(lag.seconds)} s`;
}

/** To people a run that waits for them is none that is under way. */
function statusOf({ status, pause }: Sync): string {
  return pause ? 'paused' : status;
}

function describePreview({ records, rejected, statements, drift }: Preview): string {
  const parts = [recordsOf(records, 'There are no records to write.')];
  for (const { index, reason } of rejected)
    parts.push(
      `${index === null ? 'what is no record' : `record ${index}`} would be set aside: ${reason}`,
    );
  if (statements.length > 0)
    parts.push(`First the destination is changed:\n${statements.join('\n')}`);
  return [...parts, ...drift].join('\n\n');
}
