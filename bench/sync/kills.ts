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
const laterMilliseconds = 500;
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
  const runs = await beginAll(client, scene);
  const seen = new Map<string, number>();
  let done = 0;
  while (done < kills && (await untilFurther(client, runs, seen))) {
    done += 1;
    if (done % 2 === 1) for (const pid of runnersOf(server.pid)) process.kill(pid, 'SIGKILL');
    else {
      process.kill(server.pid, 'SIGKILL');
      server = await at.serve(environment);
    }
  }

  await expectAll(scene, client, runs);
  await server.stop();
  return `${done} kills of ${runs.length} runs (${runs.map(({ name }) => name).join(', ')}): each record once`;
}

type Begun = { name: string; params: { sync: string; run: string }; place: Place; table: string };

async function beginAll(client: Client, scene: SyncScene): Promise<Begun[]> {
  const from = await makeConnection(client, 'postgres', {
    credentials: scene.foreign.credentials('source'),
  });
  const runs: Begun[] = [];
  for (const [name, open] of Object.entries(places)) {
    for (const mode of modes) {
      const place = await open(client, scene, mode);
      const ends = { from, to: place.connection, object: 'moved', table: `moved_${mode}` };
      const sync = await makeSync(client, ends, { mode, batch_size: 250 });
      const { id: run } = bodyOf(await client.runSync({ params: { sync }, body: {} }));
      runs.push({ name: `${name} ${mode}`, params: { sync, run }, place, table: ends.table });
    }
  }
  return runs;
}

/** Waits for a moment after every run has gone on; false when all have ended. */
async function untilFurther(
  client: Client,
  runs: readonly Begun[],
  seen: Map<string, number>,
): Promise<boolean> {
  for (;;) {
    const shown = await Promise.all(
      runs.map(async ({ params }) => bodyOf(await client.getRun({ params }))),
    );
    // A run that dies again and again before it has done anything is given up.
    const active = shown.filter(({ status }) => status === 'queued' || status === 'running');
    if (active.length === 0) return false;
    const isFurther = active.every(({ id, records_read }) => records_read > (seen.get(id) ?? 0));
    await later(isFurther ? Math.random() * laterMilliseconds : lookMilliseconds);
    if (!isFurther) continue;
    for (const { id, records_read } of shown) seen.set(id, records_read);
    return true;
  }
}

async function expectAll(scene: SyncScene, client: Client, runs: readonly Begun[]): Promise<void> {
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
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
