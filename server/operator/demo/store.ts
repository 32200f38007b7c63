import type { Db, Tx } from '../../runtime/database/database.ts';

const name = 'demo';

/** What was loaded before, if it was. */
export async function selectDemo<T>(db: Db): Promise<T | undefined> {
  const [row] = await db.rows<{ value: T }>('select value from platform.setting where name = $1', [
    name,
  ]);
  return row?.value;
}

/**
 * One process loads the demo, others that want to wait for it, longer than locks are waited for
 * elsewhere; answers what was loaded before.
 */
export async function lockDemo<T>(tx: Tx, seconds: number): Promise<T | undefined> {
  await tx.rows("select set_config('lock_timeout', $1, true)", [`${seconds}s`]);
  await tx.rows('select pg_advisory_xact_lock(8345172)');
  return selectDemo(tx);
}

export async function upsertDemo(tx: Tx, value: object): Promise<void> {
  await tx.rows(
    `insert into platform.setting (name, value) values ($1, $2)
     on conflict (name) do update set value = excluded.value`,
    [name, JSON.stringify(value)],
  );
}
