import type { QueryResult } from 'pg';
import { until } from '../../../../runtime/testing/until.ts';
import { bodyOf, type SyncScene } from '../../../testing/scene.ts';

type Asked = { query(text: string): Promise<QueryResult> };

/** Waits for what a source and a destination come to. */
export function watching(
  scene: SyncScene,
  { ask, destination }: Record<'ask' | 'destination', Asked>,
) {
  return {
    /** Waits until both ends hold the same. */
    untilSame: async (table: string, into = table) =>
      until(`${into} is as ${table}`, async () => {
        const there = await rowsOf(destination, into).catch(() => undefined);
        const here = await rowsOf(ask, table);
        return JSON.stringify(there) === JSON.stringify(here) && here;
      }),
    /** Waits until a table of the destination has so many rows; answers their keys. */
    untilRows: async (table: string, count: number, key = 'id') =>
      until(`${table} has ${count} rows`, async () => {
        const query = `select ${key}::text as key from ${table} order by 1`;
        const { rows } = await destination.query(query).catch(() => ({ rows: [] }));
        return rows.length === count && rows.map((row) => row.key as string);
      }),
    /** Waits for a run of a sync in this state. */
    untilRun: async (sync: string, status: string) =>
      until(`the sync ${sync} is ${status}`, async () => {
        const [run] = bodyOf(await scene.client.listRuns({ params: { sync } }));
        return run?.status === status && run;
      }),
  };
}

async function rowsOf(asked: Asked, table: string): Promise<string[]> {
  const { rows } = await asked.query(`select t::text as row from ${table} t order by 1`);
  return rows.map(({ row }) => row as string);
}
