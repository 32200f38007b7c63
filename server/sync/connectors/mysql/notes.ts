import { type Notes, noteDays, notesTable, prunedAtOnce } from '../sql/once.ts';
import type { Link } from './link.ts';
import { literal, quoteIn } from './names.ts';
import { isThere } from './own.ts';

/** Notes in the database of what is written. */
export function notesIn(link: Link, schema: string): Notes {
  const table = quoteIn(schema, notesTable);
  const isOf = (key: string) => `\`key\` = ${literal(key)}`;
  return {
    prepare: async () => {
      if (await isThere(link, table)) {
        await link.run(
          `delete from ${table} where at < now(6) - interval ${noteDays} day order by at limit ${prunedAtOnce}`,
        );
      } else
        await link.run(
          `create table if not exists ${table} (
             \`key\` varchar(700) not null primary key, answer longtext null,
             at datetime(6) not null default now(6), index (at)
           ) engine = InnoDB character set utf8mb4 collate utf8mb4_bin`,
        );
    },
    take: async (key) => {
      await link.run(
        `insert into ${table} (\`key\`) values (${literal(key)}) on duplicate key update \`key\` = \`key\``,
      );
      const rows = await link.query(`select answer from ${table} where ${isOf(key)} for update`);
      return rows[0]?.[0] ?? undefined;
    },
    keep: async (key, answered) => {
      await link.run(`update ${table} set answer = ${literal(answered)} where ${isOf(key)}`);
    },
  };
}
