import { type Command, InvalidArgumentError, Option } from 'commander';
import { collect, wholeNumber } from '../options.ts';
import { commaList } from './lists.ts';

type Mapping = { source: string; destination: string };
type Protection = { source: string; protect: 'hash' | 'mask' | 'drop' };
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
    .option('--transform <id>', 'of a transform; repeatable', collect)
    .option('--max-delete-percent <n>', 'more deletions pause a mirror', wholeNumber(0, 100))
    .addOption(
      new Option('--on-schema-change <what>', 'what is done with new fields').choices([
        ...['ignore', 'add', 'pause'],
      ]),
    );
}

export function settingsFrom(given: Given) {
  const mappings = mappingsOf(given.map as Mapping[], given.protect as Protection[]);
  return {
    mode: (given.mode as 'upsert' | undefined) ?? null,
    key: (given.key as string[] | undefined) ?? null,
    cursor_field: (given.cursorField as string | undefined) ?? null,
    schedule: (given.schedule as string | undefined) ?? null,
    timezone: (given.timezone as string | undefined) ?? null,
    filters: (given.filter as string[] | undefined) ?? null,
    field_mappings: mappings,
    transforms: (given.transform as string[] | undefined) ?? null,
    max_delete_percent: (given.maxDeletePercent as number | undefined) ?? null,
    on_schema_change: (given.onSchemaChange as 'add' | undefined) ?? null,
  };
}

function mappingsOf(mappings: Mapping[] = [], protections: Protection[] = []) {
  const stray = protections.find((one) => !mappings.some(({ source }) => source === one.source));
  if (stray) throw new Error(`--protect ${stray.source}: map the field as well, with --map.`);
  return mappings.map((mapping) => {
    const found = protections.find(({ source }) => source === mapping.source);
    return found ? { ...mapping, protect: found.protect } : mapping;
  });
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
