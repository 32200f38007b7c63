import type { Db } from './tx.ts';

type Rows = Pick<Db, 'rows'>;

/**
 * Overrides the defaults of the database and the role. In a transaction that writes, each statement
 * sees what was committed before it: locks, stamps and conditional updates rely on that.
 */
export function beginText(reads?: 'once' | 'snapshot'): string {
  const isolation = reads === 'snapshot' ? 'repeatable read' : 'read committed';
  return `begin isolation level ${isolation}${reads ? ' read only' : ''}`;
}

/**
 * Begins a transaction with settings of its own. It fails unless it acts as the expected role, so
 * that what was sent along is not done either; the text in the error, which is no number, names the
 * role.
 */
export function enterText(begin: string, local: Record<string, string>, role: string): string {
  const settings = Object.entries(local).map(
    ([name, value]) => `set_config('${name}', '${value.replaceAll("'", "''")}', true), `,
  );
  return `${begin}; select ${settings.join('')}(case current_user when '${role}' then '1'
    else 'a transaction ran as ' || current_user || ' instead of ${role}' end)::int as entered`;
}

/** Whether it is a replica, or a server that accepts no writes. */
export async function selectReadOnly(db: Rows): Promise<boolean> {
  const [row] = await db.rows<{ answer: boolean }>(
    `select pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean as answer`,
  );
  return row?.answer === true;
}

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

export type Privileges = { role: string; isAbove: boolean; owns: boolean };

/** What the role of these reads may do that row-level security does not restrict. */
export async function selectPrivileges(db: Rows): Promise<Privileges> {
  const [row] = await db.rows<Privileges>(
    `select r.rolname as role, r.rolsuper or r.rolbypassrls as "isAbove", exists (
       select from pg_class c where c.relrowsecurity
         and pg_has_role(current_user, c.relowner, 'usage')) as owns
     from pg_roles r where r.rolname = current_user`,
  );
  return row as Privileges;
}

/** How long a migration waits for a lock; everybody who comes after it waits as long. */
export const lockMilliseconds = 2_000;

const migrationLock = 4_837_221;

/** Its statements may take any time; its waits for locks may not. */
export async function beginMigration(db: Rows): Promise<void> {
  await db.rows(beginText());
  await db.rows(
    `select set_config('lock_timeout', $1, true), set_config('statement_timeout', '0', true),
       set_config('idle_in_transaction_session_timeout', '0', true)`,
    [`${lockMilliseconds}ms`],
  );
}

export async function tryMigrationLock(db: Rows): Promise<boolean> {
  const [row] = await db.rows<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [
    migrationLock,
  ]);
  return row?.taken === true;
}

export async function selectBackend(db: Rows): Promise<number> {
  const [row] = await db.rows<{ pid: number }>('select pg_backend_pid() as pid');
  return row?.pid ?? 0;
}

export type Blocker = { pid: number; name: string | null; state: string; seconds: number };

/** Who blocks a backend, and for how long they have been busy. */
export async function selectBlockers(db: Rows, backend: number): Promise<Blocker[]> {
  return db.rows<Blocker>(
    `select a.pid, a.application_name as name, coalesce(a.state, 'busy') as state,
       coalesce(extract(epoch from clock_timestamp() - a.xact_start), 0)::int as seconds
     from unnest(pg_blocking_pids($1)) b
     join pg_stat_activity a on a.pid = b
     order by a.xact_start`,
    [backend],
  );
}
