import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Installation } from '../installation.ts';
import type { Sent } from './capture.ts';

const run = promisify(execFile);
const debian = '/usr/lib/postgresql';
const missing =
  'The limit of these figures is pgbench, and it is not installed. ' +
  'On Debian: apt-get install -y postgresql-15 (as root); elsewhere the package of the ' +
  'PostgreSQL server or its contrib package. It is only used as a client.';

/** A transaction for pgbench: a script, and the values that are the same in every run of it. */
export type Script = { file: string; values: Record<string, string | number> };

/** What differs from transaction to transaction: parameters as they were captured, and as SQL. */
export type Varying = {
  /** pgbench's expressions, in their order; `:id` counts the transactions. */
  variables: Record<string, string>;
  parameters: readonly { captured: unknown; sql: string }[];
};

/**
 * Writes down what was captured: the same texts with the same parameters, prepared, in the same round
 * trips, but for what differs from one to the next.
 */
export async function writeScript(
  sent: readonly Sent[],
  { variables, parameters }: Varying,
  folder: string,
): Promise<Script> {
  const values: Script['values'] = {};
  const known = new Map(parameters.map(({ captured, sql }) => [JSON.stringify(captured), sql]));
  const write = (value: unknown) => {
    const varying = value === null ? 'null' : known.get(JSON.stringify(value));
    if (varying !== undefined) return varying;
    // pgbench defines no empty variables.
    if (value === '') return `''`;
    const name = `v${Object.keys(values).length}`;
    values[name] = textOf(value);
    return `:${name}`;
  };
  const lines = ['\\set n :n + 1', '\\set id :first + :n * :clients + :client_id'];
  lines.push(...Object.entries(variables).map(([name, is]) => `\\set ${name} ${is}`));
  for (const [, statements] of Map.groupBy(sent, ({ trip }) => trip)) {
    const written = statements.map(({ text, values: given }) => {
      const sqls = given.map(write);
      return `${text.replace(/\$(\d+)/g, (_, number) => sqls[number - 1] ?? '')};`;
    });
    if (written.length > 1) lines.push('\\startpipeline', ...written, '\\endpipeline');
    else lines.push(...written);
  }
  const file = join(folder, 'transaction.pgbench');
  await writeFile(file, `${lines.join('\n')}\n`);
  return { file, values };
}

type Times = { clients: number; each: number; first: number; role?: string };

/** Transactions a second, of `clients` that each run the script `each` times, with ids of their own. */
export async function pgbench(
  { file, values }: Script,
  { address }: Installation,
  { clients, each, first, role = 'heddle_app' }: Times,
): Promise<number> {
  const program = await findPgbench();
  if (!program) throw new Error(missing);
  const variables = { ...values, n: -1, clients, first };
  const { stdout } = await run(program, [
    ...['--host', address.host, '--port', String(address.port), '--username', role],
    ...['--no-vacuum', '--protocol', 'prepared', '--file', file],
    ...['--client', String(clients), '--jobs', '1', '--transactions', String(each)],
    ...Object.entries(variables).flatMap(([name, value]) => ['--define', `${name}=${value}`]),
    address.database,
  ]);
  const failed = Number(/failed transactions: (\d+)/.exec(stdout)?.[1] ?? 0);
  const done = Number(/actually processed: (\d+)/.exec(stdout)?.[1] ?? 0);
  if (failed > 0 || done !== clients * each) throw new Error(`pgbench failed:\n${stdout}`);
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
}

export async function pgbenchVersion(): Promise<string | undefined> {
  const program = await findPgbench();
  if (!program) return undefined;
  const { stdout } = await run(program, ['--version']);
  return /[\d.]+/.exec(stdout)?.[0];
}

async function findPgbench(): Promise<string | undefined> {
  const majors = await readdir(debian).catch(() => []);
  const newest = majors.sort((one, other) => Number(other) - Number(one));
  for (const program of [...newest.map((major) => `${debian}/${major}/bin/pgbench`), 'pgbench']) {
    const works = await run(program, ['--version']).then(
      () => true,
      () => false,
    );
    if (works) return program;
  }
  return undefined;
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value))
    throw new Error(
      `pgbench is not told about the list among the parameters: ${JSON.stringify(value)}`,
    );
  return String(value);
}
