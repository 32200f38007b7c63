import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { createClient } from '../../contract/client.ts';
import { sync } from '../../contract/sync/index.ts';
import { createKey } from '../../server/platform/access/keys.ts';
import { shortId } from '../../server/runtime/ids.ts';
import { type DebianPostgres, startPostgres } from '../../testing/postgres.ts';
import type { Installation } from '../installation.ts';

export type SyncScene = {
  /** A static key. */
  token: string;
  foreign: DebianPostgres;
  /** Where the organization's files are. */
  folder: string;
  /** What `serve` is given so that it may reach them. */
  environment: Record<string, string>;
  /** Asks one of its databases. */
  ask(database: 'source' | 'destination', text: string): Promise<Record<string, unknown>[]>;
};

/** Nothing of durability is given up. */
const settings = { max_wal_size: '4GB', checkpoint_timeout: '30min', shared_buffers: '256MB' };

/** A key for Sync, and a foreign PostgreSQL with two databases, to be ended with `foreign.end`. */
export async function makeSyncScene(
  { dataDirectory, platform }: Installation,
  organization: number,
  more: Record<string, string> = {},
): Promise<SyncScene> {
  const root = join(dataDirectory, 'theirs');
  const folder = join(root, shortId('organization', organization));
  await mkdir(folder, { recursive: true });
  const key = { name: 'Bench', kind: 'sync', plan: 'unlimited' } as const;
  const { key: token } = await platform.database.system.transaction((tx) =>
    createKey(tx, organization, key, new Date()),
  );
  const foreign = await startPostgres({ ...settings, ...more });
  for (const name of ['source', 'destination']) {
    await ask(foreign, 'postgres', `create database ${name}`);
  }
  const environment = { HEDDLE_ALLOW_PRIVATE_HOSTS: '1', HEDDLE_FILES_DIR: root };
  const asked: SyncScene['ask'] = (database, text) => ask(foreign, database, text);
  return { token, foreign, folder, environment, ask: asked };
}

/** Several statements without an answer are fine, too. */
async function ask(foreign: DebianPostgres, database: string, text: string) {
  const client = new pg.Client({ ...foreign.credentials(database), ssl: false });
  await client.connect();
  try {
    const { rows } = await client.query(text);
    return (rows ?? []) as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

export type Client = ReturnType<typeof clientOf>;

export function clientOf(port: number, token: string) {
  const url = `http://127.0.0.1:${port}`;
  return createClient(sync, { url, authorization: `Bearer ${token}` });
}

type Settings = Partial<NonNullable<Parameters<Client['createSync']>[0]>['body']>;
export type Ends = { from: string; to: string; object: string; table: string };

export async function makeConnection(client: Client, provider: string, given: object) {
  const body = { provider, name: provider, config: {}, credentials: {}, ...given };
  return bodyOf(await client.createConnection({ body })).id;
}

export async function makeSync(client: Client, ends: Ends, settings: Settings = {}) {
  const body = {
    name: 'Bench',
    source: { connection_id: ends.from, object: ends.object },
    destination: { connection_id: ends.to, table: ends.table },
    ...settings,
  };
  return bodyOf(await client.createSync({ body })).id;
}

const over = ['completed', 'failed', 'cancelled', 'paused'];
const lookMilliseconds = 100;

export async function untilOver(client: Client, params: { sync: string; run: string }) {
  for (;;) {
    const run = bodyOf(await client.getRun({ params }));
    if (over.includes(run.status)) return run;
    await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
  }
}

/** Runs a sync and answers its run. @throws Error unless all records arrived */
export async function runWhole(client: Client, sync: string, records: number) {
  const { id: run } = bodyOf(await client.runSync({ params: { sync }, body: {} }));
  const done = await untilOver(client, { sync, run });
  const arrived = done.records_written + done.records_skipped;
  if (done.status !== 'completed' || arrived !== records || done.records_failed > 0) {
    throw new Error(`a run ended otherwise: ${JSON.stringify(done)}`);
  }
  return done;
}

type Answer<T> = { ok: true; body: T } | { ok: false; status: number; error: unknown };

/** What was answered. @throws Error when it was a refusal */
export function bodyOf<T>(answer: Answer<T> | { ok: boolean }): T {
  const given = answer as Answer<T>;
  if (given.ok) return given.body;
  throw new Error(`${given.status}: ${JSON.stringify(given.error)}`);
}
