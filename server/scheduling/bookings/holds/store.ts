import type { Tx } from '../../../runtime/database/database.ts';

export async function updateHoldToken(tx: Tx, organization: number, id: number, hash: Buffer) {
  await tx.rows(
    `update scheduling.booking set hold_token_hash = $3
     where organization_id = $1 and id = $2`,
    [organization, id, hash],
  );
}
