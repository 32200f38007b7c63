import type { Db } from './database.ts';

type Rows = Pick<Db, 'rows'>;

/** Name and checksum of the migrations that were applied; none in a database without our schema. */
export async function selectMigrations(db: Rows): Promise<Map<string, string>> {
  const [known] = await db.rows<{ name: string | null }>(
    "select to_regclass('platform.migration')::text as name",
  );
  if (!known?.name) return new Map();
  const rows = await db.rows<{ name: string; checksum: string }>(
    'select name, checksum from platform.migration',
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

export async function insertMigration(db: Rows, name: string, checksum: string): Promise<void> {
  await db.rows('insert into platform.migration (name, checksum) values ($1, $2)', [
    name,
    checksum,
  ]);
}

/** As PostgreSQL counts: 180004 is 18.4. */
export async function selectServerVersion(db: Rows): Promise<number> {
  const [row] = await db.rows<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  return row?.version ?? 0;
}
