import type { Client } from 'pg';
import { codeOf } from './refusal.ts';

// "heddle" in ASCII. Advisory locks count per database, and only presences use `postgres`.
const presenceKey = '114784819473509';

export async function lockPresence(db: Client) {
  await db.query('select pg_advisory_lock_shared($1)', [presenceKey]);
}

/** Gives the presence up; true when it was the last, and the cluster now is the caller's alone. */
export async function tryLockAlone(db: Client): Promise<boolean> {
  await db.query('select pg_advisory_unlock_shared($1)', [presenceKey]);
  const found = await db.query('select pg_try_advisory_lock($1) as alone', [presenceKey]);
  return found.rows[0].alone;
}

/** The process ids of those who hold a presence. */
export async function selectPresences(db: Client): Promise<number[]> {
  const found = await db.query(
    `select distinct split_part(application_name, ' ', 2)::int as pid
       from pg_stat_activity
      where datname = 'postgres' and application_name ~ '^heddle [0-9]+$'
      order by pid`,
  );
  return found.rows.map((row) => row.pid);
}

export async function insertDatabase(db: Client) {
  const found = await db.query(`select from pg_database where datname = 'heddle'`);
  if (found.rowCount) return;
  await db.query('create database heddle').catch((error: unknown) => {
    const code = codeOf(error);
    // Somebody else made it in between: duplicate_database, unique_violation.
    if (code !== '42P04' && code !== '23505') throw error;
  });
}
