import type { Tx } from '../../runtime/database/database.ts';

const name = 'demo';

/** One process loads the demo, others that want to wait for it; answers what was loaded before. */
export async function lockDemo<T>(tx: Tx): Promise<T | undefined> {
  await tx.rows('select pg_advisory_xact_lock(8345172)');
  const [row] = await tx.rows<{ value: T }>('select value from platform.setting where name = $1', [
    name,
  ]);
  return row?.value;
}

export async function insertDemo(tx: Tx, value: object): Promise<void> {
  await tx.rows('insert into platform.setting (name, value) values ($1, $2)', [
    name,
    JSON.stringify(value),
  ]);
}
