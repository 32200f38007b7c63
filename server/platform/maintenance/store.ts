import type { Db, Tx } from '../../runtime/database/database.ts';

export type Maintenance = { on: boolean; retry_after_seconds: number };

const name = 'maintenance';

export async function selectMaintenance(db: Db): Promise<Maintenance | undefined> {
  const [row] = await db.rows<{ value: Maintenance }>(
    'select value from platform.setting where name = $1',
    [name],
  );
  return row?.value;
}

export async function upsertMaintenance(tx: Tx, value: Maintenance): Promise<void> {
  await tx.rows(
    `insert into platform.setting (name, value) values ($1, $2)
     on conflict (name) do update set value = excluded.value`,
    [name, JSON.stringify(value)],
  );
  await tx.rows(`select pg_notify('heddle', 'setting')`);
}
