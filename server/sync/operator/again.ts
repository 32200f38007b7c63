import { isDeepStrictEqual } from 'node:util';
import type { In } from '../../../contract/endpoint.ts';
import type { syncs } from '../../../contract/sync/syncs.ts';
import { invalid } from '../../runtime/errors.ts';
import { define } from '../syncs/definition.ts';
import type { showSync } from '../syncs/shown.ts';

type Body = In<typeof syncs, 'createSync'>['body'];
type Settings = Omit<Body, 'name' | 'source' | 'destination'>;
type Shown = ReturnType<typeof showSync>;
type Ends = {
  source: { connection_id: string; object?: string; query?: string };
  destination: { connection_id: string; table: string };
};
/** As it was written: transforms by their names. */
type Given = { name?: string; settings: Settings };

/** How the settings of a sync are called at a terminal, and the options that say them. */
const members: { [Name in keyof Settings]?: [noun: string, options: (of: Settings) => string[]] } =
  {
    mode: ['mode', ({ mode }) => ['--mode', `${mode}`]],
    key: ['key', ({ key }) => ['--key', (key ?? []).join(',')]],
    cursor_field: ['cursor field', (of) => ['--cursor-field', `${of.cursor_field}`]],
    schedule: ['schedule', ({ schedule }) => ['--schedule', `${schedule}`]],
    timezone: ['time zone', ({ timezone }) => ['--timezone', `${timezone}`]],
    filters: ['filter', (of) => (of.filters ?? []).flatMap((one) => ['--filter', `${one}`])],
    field_mappings: ['mapping', (of) => (of.field_mappings ?? []).flatMap(mappingOptions)],
    transforms: ['transform', (of) => (of.transforms ?? []).flatMap((id) => ['--transform', id])],
    max_delete_percent: [
      'limit of deletions',
      (of) => ['--max-delete-percent', `${of.max_delete_percent}`],
    ],
    on_schema_change: [
      'way with new fields',
      (of) => ['--on-schema-change', `${of.on_schema_change}`],
    ],
  };

/**
 * The sync of the same ends, and of the same name where one is asked for, that has all that is asked;
 * undefined where there is none of them: `warn` is then told of others of the same ends.
 * @throws AppError 400 when the one that is there has not all that is asked
 */
export function syncAsked(
  before: readonly Shown[],
  body: Settings & Ends,
  given: Given,
  warn: (message: string) => void,
): Shown | undefined {
  const all = before.filter((one) => isBetween(one, body));
  const own = all.filter(({ name }) => given.name === undefined || name === given.name);
  const fitting = own.find((one) => differing(one, body).length === 0);
  const [other] = own;
  if (!fitting && other) throw refusal(other, body, given);
  for (const { name, id } of fitting ? [] : all) {
    warn(`${name} (${id}) writes ${body.destination.table} as well.`);
  }
  return fitting;
}

function isBetween(one: Shown, { source, destination }: Ends): boolean {
  return (
    one.source.connection_id === source.connection_id &&
    one.source.object === (source.object ?? null) &&
    one.source.query === (source.query ?? null) &&
    one.destination.connection_id === destination.connection_id &&
    one.destination.table === destination.table
  );
}

/** The members that are given and are not what the sync has. */
function differing(one: Shown, settings: Settings): (keyof Settings)[] {
  const { schedule, timezone } = settings;
  const wanted = { ...define(settings), schedule: schedule?.trim(), timezone: timezone?.trim() };
  const given = Object.keys(members) as (keyof typeof members)[];
  return given.filter((name) => {
    if (settings[name] === null || settings[name] === undefined) return false;
    return !isDeepStrictEqual(wanted[name as 'mode'], one[name as 'mode']);
  });
}

function refusal(one: Shown, { source, destination, ...settings }: Settings & Ends, given: Given) {
  const others = differing(one, settings);
  const nouns = others.map((name) => members[name]?.[0]).join(', ');
  const options = others.flatMap((name) => members[name]?.[1](given.settings) ?? []).map(quoted);
  const read = source.object ?? 'this query';
  return invalid(
    'sync',
    `${one.name} (${one.id}) moves ${read} to ${destination.table} already, and has another ` +
      `${nouns}. Change it: heddle sync change ${one.id} ${options.join(' ')} – or make another, with --name.`,
  );
}

function mappingOptions({
  source,
  destination,
  protect,
  transform,
}: NonNullable<Settings['field_mappings']>[number]): string[] {
  return [
    ...['--map', source === destination ? source : `${source}=${destination}`],
    ...(protect ? ['--protect', `${source}=${protect}`] : []),
    ...(transform ? ['--apply', `${source}=${transform}`] : []),
  ];
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w.,:/=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
