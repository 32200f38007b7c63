import type { Db, Tx } from '../../runtime/database/database.ts';

/** Undefined where there is one with this name. */
export async function insertDevice(
  tx: Tx,
  organization: number,
  name: string,
): Promise<number | undefined> {
  const [row] = await tx.rows<{ id: number }>(
    `insert into equipment.device (organization_id, name) values ($1, $2)
     on conflict do nothing returning id`,
    [organization, name],
  );
  return row?.id;
}

export async function updateInspected(tx: Tx, organization: number, id: number): Promise<void> {
  await tx.rows(
    'update equipment.device set is_inspected = true where organization_id = $1 and id = $2',
    [organization, id],
  );
}

export async function updateLabelled(tx: Tx, organization: number, id: number): Promise<void> {
  await tx.rows(
    'update equipment.device set is_labelled = true where organization_id = $1 and id = $2',
    [organization, id],
  );
}

export async function selectDevices(db: Db, organization: number) {
  return db.rows<{ id: number; name: string; is_inspected: boolean; is_labelled: boolean }>(
    `select id, name, is_inspected, is_labelled from equipment.device
     where organization_id = $1 order by id`,
    [organization],
  );
}
