import { type Command, InvalidArgumentError, Option } from 'commander';
import { collect, wholeNumber } from '../options.ts';
import { commaList } from './lists.ts';
import { collectPair } from './settings.ts';

type Mapping = { source: string; destination: string };
type Protection = { source: string; protect: 'hash' | 'mask' | 'drop' };
type Application = [source: string, transform: string];
type Given = Record<string, unknown>;

/** How a sync moves what it reads. */
export function definingOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--mode <mode>', 'upsert by default, where there is a key').choices([
        ...['upsert', 'append', 'replace', 'mirror'],
      ]),
    )
    .option('--key <fields>', "separated by commas; by default the source's own", commaList)
    .option('--cursor-field <field>', 'read only what is new by this field')
    .option('--schedule <when>', 'manual, hourly, daily or cron with 5 or 6 fields')
    .option('--timezone <zone>', 'of the schedule; UTC by default')
    .option('--filter <text>', 'only such records; repeatable', collect)
    .option('--map <source=destination>', 'only mapped fields move; repeatable', collectMapping)
    .option(
      '--protect <field=way>',
      'hash, mask or drop a mapped field; repeatable',
      collectProtection,
    )
    .option(
      '--apply <field=transform>',
      'the transform of the value of a mapped field; repeatable',
      collectPair,
    )
    .option('--transform <transform>', 'of whole records: its id or name; repeatable', collect)
    .option('--max-delete-percent <n>', 'more deletions pause a mirror', wholeNumber(0, 100))
    .addOption(
      new Option('--on-schema-change <what>', 'what is done with new fields').choices([
        ...['ignore', 'add', 'pause'],
      ]),
    )
    .option('--no-check', 'do not ask the source whether it has the table');
}

const lists = { map: 'field_mappings', filter: 'filters', transform: 'transforms' } as const;

export const clearOption = new Option(
  '--clear <lists...>',
  'forget its mappings, filters or transforms',
).choices(Object.keys(lists));

/** What `--clear` names, as lists that are empty. */
export function clearedBy(names: readonly string[] = []) {
  return Object.fromEntries(names.map((name) => [lists[name as keyof typeof lists], []]));
}

export function settingsFrom(given: Given) {
  return {
    mode: (given.mode as 'upsert' | undefined) ?? null,
    key: (given.key as string[] | undefined) ?? null,
    cursor_field: (given.cursorField as string | undefined) ?? null,
    schedule: (given.schedule as string | undefined) ?? null,
    timezone: (given.timezone as string | undefined) ?? null,
    filters: (given.filter as string[] | undefined) ?? null,
    field_mappings: mappingsOf(given),
    transforms: (given.transform as string[] | undefined) ?? null,
    max_delete_percent: (given.maxDeletePercent as number | undefined) ?? null,
    on_schema_change: (given.onSchemaChange as 'add' | undefined) ?? null,
  };
}

function mappingsOf(given: Given) {
  const mappings = given.map as Mapping[] | undefined;
  const protections = (given.protect as Protection[] | undefined) ?? [];
  const applications = (given.apply as Application[] | undefined) ?? [];
  const isMapped = (source: string) => mappings?.some((one) => one.source === source) === true;
  for (const [option, source] of [
    ...protections.map(({ source }) => ['--protect', source] as const),
    ...applications.map(([source]) => ['--apply', source] as const),
  ]) {
    if (!isMapped(source))
      throw new Error(`${option} ${source}: map the field as well, with --map.`);
  }
  return (
    mappings?.map((mapping) => ({
      ...mapping,
      protect: protections.find(({ source }) => source === mapping.source)?.protect ?? null,
      transform: applications.find(([source]) => source === mapping.source)?.[1] ?? null,
    })) ?? null
  );
}

function collectMapping(text: string, before: Mapping[] = []): Mapping[] {
  const [source = '', destination = source, ...rest] = text.split('=').map((part) => part.trim());
  if (!source || !destination || rest.length > 0) {
    throw new InvalidArgumentError('It must be SOURCE=DESTINATION, or one name for both.');
  }
  return [...before, { source, destination }];
}

function collectProtection(text: string, before: Protection[] = []): Protection[] {
  const [, source = '', protect] = /^(.+)=(hash|mask|drop)$/.exec(text) ?? [];
  if (!source) throw new InvalidArgumentError('It must be FIELD=hash, FIELD=mask or FIELD=drop.');
  return [...before, { source, protect: protect as Protection['protect'] }];
}
