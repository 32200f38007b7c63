import type { Command } from 'commander';
import { organizationOption, quoted, wholeNumber } from '../options.ts';
import { complain, heddle } from '../output.ts';
import { list, minuteOf, printable, recordsOf, sentence, table } from '../table.ts';
import { operation } from './operation.ts';
import { collectPair, readCredentials, settingsOf } from './settings.ts';

type Credentials = Parameters<typeof readCredentials>[0];
type Pairs = Parameters<typeof settingsOf>[0];
type Connection = {
  id: string;
  organization?: string;
  provider: string;
  name: string;
  status: string;
  health: { checked_at: string | null; message: string | null };
};
type Described = {
  name: string;
  fields: {
    name: string;
    label: string | null;
    type: string;
    nullable: boolean;
    primary_key: boolean;
  }[];
  cursor_fields: string[];
  relations: { fields: string[]; object: string; references: string[] }[];
  sample?: Record<string, unknown>[];
};
type Provider = {
  provider: string;
  name: string;
  config_schema: Schema;
  credentials_schema: Schema;
};
type Schema = {
  properties?: Record<string, { const?: unknown }>;
  anyOf?: Schema[];
  required?: string[];
};

const idArgument = ['<connection>', 'id or name of the connection'] as const;

export function defineConnections(program: Command): void {
  const connection = program
    .command('connection')
    .description('the databases, files and APIs that records come from and go to');
  defineCreate(connection);
  operation(
    connection
      .command('list')
      .description('list the connections')
      .option('--organization <id>', 'of one organization only'),
    ({ organization }, acts, platform) =>
      acts.listConnections(platform, organization as string | undefined),
    describeAll,
  );
  operation(
    connection
      .command('test')
      .description('try the credentials of a connection now')
      .argument(...idArgument),
    async (_, acts, platform, [id = '']) => judged(await acts.testConnection(platform, id)),
    describe,
  );
  defineObjects(connection);
  operation(
    connection
      .command('delete')
      .description('delete a connection; its syncs are stopped')
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.deleteConnection(platform, id),
    ({ stopped }: { stopped: { name: string }[] }) => {
      const names = stopped.map(({ name }) => printable(name)).join(', ');
      return stopped.length === 0
        ? 'deleted'
        : `deleted; stopped with it: ${names}. Give them another: heddle sync change <sync> --from … or --to …, then heddle sync enable <sync>.`;
    },
  );
  operation(
    connection
      .command('providers')
      .description('list the systems that can be connected, and what a connection to each takes')
      .option('--organization <id>', 'with the extensions of an organization'),
    ({ organization }, acts, platform) =>
      acts.listProviders(platform, organization as string | undefined),
    describeProviders,
  );
}

function defineCreate(connection: Command): void {
  const create = connection
    .command('create')
    .description('connect a system; its credentials are tried, and kept encrypted')
    .requiredOption(...organizationOption)
    .requiredOption('--provider <provider>', 'heddle connection providers lists them')
    .requiredOption('--name <name>', 'its name');
  operation(
    withSettings(create),
    async ({ organization, provider, name, config, check, ...given }, acts, platform) =>
      judged(
        await acts.createConnection(platform, String(organization), {
          provider: String(provider),
          name: String(name),
          config: settingsOf(config as Pairs),
          credentials: (await readCredentials(given as Credentials)) ?? {},
          check: check !== false,
        }),
        optionsAnew({ ...(given as Credentials), config: config as Pairs }),
      ),
    describe,
  );
  const change = connection
    .command('change')
    .description('change a connection; credentials as a whole')
    .argument(...idArgument)
    .option('--name <name>', 'its name')
    .option('--provider-version <version>', 'of an extension: the one that it moves to');
  operation(
    withSettings(change),
    async ({ name, config, check, providerVersion, ...given }, acts, platform, [id = '']) => {
      const credentials = await readCredentials(given as Credentials);
      return judged(
        await acts.changeConnection(platform, id, {
          ...(name === undefined ? {} : { name: String(name) }),
          ...(providerVersion === undefined ? {} : { version: String(providerVersion) }),
          ...(config === undefined ? {} : { config: settingsOf(config as Pairs) }),
          ...(credentials === undefined ? {} : { credentials }),
          check: check !== false,
        }),
        optionsAnew({ ...(given as Credentials), config: config as Pairs }),
      );
    },
    describe,
  );
}

function withSettings(command: Command): Command {
  return command
    .option('--url <url>', 'where it is, with user and password; - reads it from standard input')
    .option(
      '--credential <name=value>',
      'a part of its credentials; - as the value reads it from standard input; repeatable',
      collectPair,
    )
    .option('--credentials-file <file>', 'its credentials as JSON; - is standard input')
    .option('--config <name=value>', 'a setting, like path=shop.db; repeatable', collectPair)
    .option('--no-check', 'do not try the credentials');
}

function defineObjects(connection: Command): void {
  operation(
    connection
      .command('objects')
      .description('list what can be read and written, or describe one of it')
      .argument(...idArgument)
      .argument('[object]', 'a table, file or object to describe with its fields')
      .option('--search <text>', 'a part of the name')
      .option('--sample <n>', 'so many records as well, at most 100', wholeNumber(0, 100), 0),
    async ({ search, sample }, acts, platform, [id = '', object]) =>
      object === undefined
        ? acts.listObjectsOf(platform, id, search as string | undefined)
        : acts.describeObject(platform, id, { object, sample: Number(sample) }),
    (value: Record<string, unknown>[] | Described) =>
      Array.isArray(value) ? table(value, 'There is nothing to read or write.') : fieldsOf(value),
  );
}

/** A connection that cannot be used is stored all the same, and a failure for a script. */
function judged(connection: Connection, options = '--help'): Connection {
  if (connection.status !== 'error') return connection;
  process.exitCode = 1;
  complain(
    `${sentence(connection.health.message ?? 'It cannot be used')} The connection is stored; ` +
      `mend it: heddle connection change ${connection.id} ${options}`,
  );
  return connection;
}

/** The options that say anew what was said; secrets are asked for. */
function optionsAnew({
  url,
  credential,
  credentialsFile: file,
  config = [],
}: Credentials & { config: Pairs }): string {
  if (url !== undefined) return '--url -';
  if (file !== undefined) return `--credentials-file ${quoted(file)}`;
  const [one, ...others] = credential ?? [];
  if (one) return others.length > 0 ? '--credentials-file -' : `--credential ${quoted(one[0])}=-`;
  if (config.length === 0) return '--help';
  return config.map(([name, value]) => `--config ${quoted(`${name}=${value}`)}`).join(' ');
}

function describe({ id, provider, name, status, health }: Connection): string {
  const lines = { id, name, provider, status, ...(health.message ? { note: health.message } : {}) };
  return Object.entries(lines)
    .map(([what, value]) => `${what.padEnd(8)}  ${printable(value)}`)
    .join('\n');
}

function describeAll(connections: Connection[]): string {
  const rows = connections.map(({ id, organization, name, provider, status, health }) => ({
    name,
    provider,
    status,
    id,
    checked: minuteOf(health.checked_at),
    organization,
  }));
  return list(rows, `There is no connection yet: ${heddle} connection create --help`, {
    leaveOut: ['organization', 'checked', 'id'],
    shorten: 'name',
  });
}

function fieldsOf({ name, fields, cursor_fields, relations, sample }: Described): string {
  const rows = fields.map((field) => ({
    field: field.name,
    ...(fields.some(({ label }) => label) ? { label: field.label ?? '' } : {}),
    type: field.type,
    null: field.nullable ? 'yes' : 'no',
    key: field.primary_key ? 'yes' : '',
    cursor: cursor_fields.includes(field.name) ? 'yes' : '',
  }));
  const parts = [printable(name), table(rows, 'It has no fields.')];
  const leads = relations.map(({ fields: own, object, references }) => ({
    field: own.join(', '),
    'leads to': object,
    by: references.join(', '),
  }));
  if (leads.length > 0) parts.push(table(leads, ''));
  if (sample) parts.push(recordsOf(sample, 'It has no records.'));
  return parts.join('\n\n');
}

function describeProviders(providers: Provider[]): string {
  return providers
    .map(({ provider, name, config_schema, credentials_schema }) =>
      [
        `${provider} (${name})`,
        `  --config      ${membersOf(config_schema)}`,
        `  --credential  ${membersOf(credentials_schema)}`,
      ].join('\n'),
    )
    .join('\n\n');
}

/** The names of members; those in brackets may be left out, and forms stand beside each other. */
function membersOf({ properties = {}, anyOf, required = [] }: Schema): string {
  if (anyOf) return anyOf.map(membersOf).join('\n             or ');
  const shown = Object.entries(properties).map(([name, { const: only }]) => {
    const said = only === undefined ? name : `${name}=${only}`;
    return required.includes(name) ? said : `[${said}]`;
  });
  return shown.join(' ') || 'none';
}
