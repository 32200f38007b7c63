import { type Notes, noteDays, notesTable, prunedAtOnce } from '../sql/once.ts';
import type { Link } from './link.ts';

/** Notes in the file of what is written. */
export function notesIn(link: Link): Notes {
  return {
    prepare: async () => {
      await link.run(
        `create table if not exists ${notesTable} (key text primary key, answer text,
           at text not null default current_timestamp, unique (at, key));
         delete from ${notesTable} where key in (select key from ${notesTable}
           where at < datetime('now', '-${noteDays} days') order by at limit ${prunedAtOnce})`,
      );
    },
    take: async (key) => {
      const rows = await link.all(`select answer from ${notesTable} where key = ?1`, [key]);
      return (rows[0]?.[0] as string | null | undefined) ?? undefined;
    },
    keep: async (key, answered) => {
      await link.change(
        `insert into ${notesTable} (key, answer) values (?1, ?2)
         on conflict (key) do update set answer = excluded.answer`,
        [key, answered],
      );
    },
  };
}
