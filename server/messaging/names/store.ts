import type { Tx } from '../../runtime/database/database.ts';

export type Kind = 'user' | 'channel' | 'thread' | 'comment' | 'file';

/** Takes an id for a new thing; false when the organization has something with that id already. */
export async function insertName(tx: Tx, organization: number, id: number, kind: Kind) {
  const rows = await tx.rows(
    `insert into messaging.name (organization_id, id, kind) values ($1, $2, $3)
     on conflict do nothing returning id`,
    [organization, id, kind],
  );
  return rows.length > 0;
}
