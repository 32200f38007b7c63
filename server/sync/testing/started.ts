import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { shortId } from '../../runtime/ids.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { connect, makeSyncScene } from './scene.ts';

/** A server and an organization with a folder for files, for one test file. */
export async function startWithFolder(environment: Record<string, string> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'heddle-files-'));
  const app = await startServer({ HEDDLE_FILES_DIR: root, ...environment });
  after(() => rm(root, { recursive: true }));
  const scene = await makeSyncScene(app);
  const folder = join(root, shortId('organization', scene.organization));
  await mkdir(folder, { recursive: true });
  return { app, scene, folder };
}

/** The same, and two databases to move records between, with connections to them. */
export async function startBetween(environment: Record<string, string> = {}) {
  const started = await startWithFolder(environment);
  const [source, destination] = await Promise.all([makeDatabase(), makeDatabase()]);
  after(() => Promise.all([source.end(), destination.end()]));
  const from = await connect(started.scene, source);
  const to = await connect(started.scene, destination);
  let made = 0;
  return {
    ...{ ...started, source, destination, from, to },
    /** A table of the source with so many rows; answers its name. */
    makeTable: async (rows: number) => {
      made += 1;
      const table = `made${made}`;
      await source.admin.query(`create table ${table} (id int primary key, at timestamptz not null);
        insert into ${table} select n, '2024-01-01'::timestamptz + n * interval '1 second'
        from generate_series(1, ${rows}) n`);
      return table;
    },
    /** How many rows a table of the destination has. */
    countOf: async (table: string): Promise<number> => {
      const { rows } = await destination.admin.query(`select count(*)::int as count from ${table}`);
      return rows[0].count;
    },
  };
}
