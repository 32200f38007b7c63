import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runnersOf } from '../../server/sync/engine/testing/runners.ts';
import { freePort } from '../../testing/port.ts';
import type { Installation } from '../installation.ts';
import {
  bodyOf,
  type Client,
  clientOf,
  makeConnection,
  makeSync,
  type SyncScene,
  untilOver,
} from './scene.ts';

const kills = 20;
const modes = ['upsert', 'append', 'replace', 'mirror'] as const;
const laterMilliseconds = 2_000;
const lookMilliseconds = 250;

type Place = { connection: string; ask(sql: string): Promise<Record<string, unknown> | undefined> };
type Open = (client: Client, scene: SyncScene, mode: string) => Promise<Place>;

/** Every system with SQL that a run can end in. */
const places: Record<string, Open> = {
  postgres: async (client, { foreign, ask }) => ({
    connection: await makeConnection(client, 'postgres', {
      credentials: foreign.credentials('destination'),
    }),
    ask: async (sql) => (await ask('destination', sql))[0],
  }),
  sqlite: async (client, { folder }, mode) => {
    const path = `${mode}.db`;
    const connection = await makeConnection(client, 'sqlite', { config: { path } });
    return {
      connection,
      ask: async (sql) => {
        const database = new DatabaseSync(join(folder, path));
        try {
          return database.prepare(sql).get();
        } finally {
          database.close();
        }
      },
    };
  },
};

/** A run in every mode into every system; by turns the process that does runs and the server are killed. */
export async function killAgain(at: Installation, scene: SyncScene): Promise<string> {
  const port = await freePort();
  const environment = {
    ...scene.environment,
    HEDDLE_PORT: String(port),
    HEDDLE_SYNC_RUNS: '16',
    HEDDLE_SYNC_RUNS_PER_ORGANIZATION: '16',
  };
  let server = await at.serve(environment);
  const client = clientOf(port, scene.token);
  const from = await makeConnection(client, 'postgres', {
    credentials: scene.foreign.credentials('source'),
  });
  const runs = [];
  for (const [name, open] of Object.entries(places)) {
    for (const mode of modes) {
      const place = await open(client, scene, mode);
      const ends = { from, to: place.connection, object: 'moved', table: `moved_${mode}` };
      const sync = await makeSync(client, ends, { mode, batch_size: 1_000 });
      const { id: run } = bodyOf(await client.runSync({ params: { sync }, body: {} }));
      runs.push({ name: `${name} ${mode}`, params: { sync, run }, place, table: ends.table });
    }
  }

  let [done, seen] = [0, 0];
  while (done < kills) {
    const shown = await Promise.all(
      runs.map(async ({ params }) => bodyOf(await client.getRun({ params }))),
    );
    if (shown.every(({ status }) => status === 'completed')) break;
    const read = shown.reduce((sum, { records_read }) => sum + records_read, 0);
    await later(read > seen ? Math.random() * laterMilliseconds : lookMilliseconds);
    if (read <= seen) continue;
    seen = read;
    done += 1;
    if (done % 2 === 1) for (const pid of runnersOf(server.pid)) process.kill(pid, 'SIGKILL');
    else {
      process.kill(server.pid, 'SIGKILL');
      server = await at.serve(environment);
    }
  }

  for (const { name, params, place, table } of runs) {
    const { status, error } = await untilOver(client, params);
    const sum = 'select count(*) as count, count(distinct id) as ids, sum(id) as sum';
    const [there] = await scene.ask('source', `${sum} from moved`);
    const here = await place.ask(`${sum} from ${table}`);
    const isSame = String(Object.values(there ?? {})) === String(Object.values(here ?? {}));
    if (status !== 'completed' || !isSame) {
      throw new Error(`${name}: ${status} ${error}, ${JSON.stringify(here)}`);
    }
  }
  await server.stop();
  return `${done} kills of ${runs.length} runs (${runs.map(({ name }) => name).join(', ')}): each record once`;
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
