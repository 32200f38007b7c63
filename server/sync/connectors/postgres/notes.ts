import { quote } from '../sql/names.ts';
import { type Notes, noteDays, notesTable, prunedAtOnce } from '../sql/once.ts';
import type { Link } from './link.ts';

/** Notes in the schema of what is written. */
export function notesIn(link: Link, schema: string): Notes {
  const table = `${quote(schema)}.${notesTable}`;
  return {
    prepare: async () => {
      const { rows } = await link.query('select pg_catalog.to_regclass($1)', [table]);
      const make = () =>
        link.run(
          `create table if not exists ${table} (key text primary key, answer text,
             at timestamptz not null default now(), unique (at, key))`,
        );
      // Two that make it at once may meet in the catalogue.
      if (rows[0]?.[0] == null) await make().catch(make);
      else await link.run(prune(table));
    },
    take: async (key) => {
      const insert = `insert into ${table} (key) values ($1) on conflict (key) do nothing`;
      if ((await link.query(insert, [key])).count > 0) return undefined;
      const { rows } = await link.query(`select answer from ${table} where key = $1`, [key]);
      return rows[0]?.[0] ?? undefined;
    },
    keep: async (key, answered) => {
      await link.query(`update ${table} set answer = $2 where key = $1`, [key, answered]);
    },
  };
}

function prune(table: string): string {
  return `delete from ${table} where key in (select key from ${table}
    where at < now() - interval '${noteDays} days' order by at limit ${prunedAtOnce})`;
}
