import type { Tx } from '../../runtime/database/database.ts';
import type { FieldError } from '../../runtime/errors.ts';

export type Kept = { fingerprint: Buffer; answer: KeptAnswer; created_at: Date };

export type KeptAnswer = {
  status: number;
  headers: Record<string, string>;
  /** JSON text; or an error, which is written again with the id of the repeated request. */
  body?: string;
  /** In place of the body, where that has a secret: it is sealed, in base64. */
  sealed?: string;
  error?: { code: string; message: string; fields?: FieldError[] };
};

export type Place = { organization: number; actor: string; key: string };

/**
 * Claims the key. Answers false when it is taken; while another call under the key is in progress,
 * it waits for that one to end.
 */
export async function insertKey(tx: Tx, place: Place, fingerprint: Buffer, now: Date) {
  const rows = await tx.rows(
    `insert into platform.idempotency (organization_id, actor, key, fingerprint, created_at)
     values ($1, $2, $3, $4, $5) on conflict do nothing returning key`,
    [place.organization, place.actor, place.key, fingerprint, now],
  );
  return rows.length > 0;
}

export async function lockKey(tx: Tx, place: Place): Promise<Kept | undefined> {
  const [row] = await tx.rows<Kept>(
    `select fingerprint, answer, created_at from platform.idempotency
     where organization_id = $1 and actor = $2 and key = $3 for update`,
    [place.organization, place.actor, place.key],
  );
  return row;
}

export async function updateKeyTaken(tx: Tx, place: Place, fingerprint: Buffer, now: Date) {
  await tx.rows(
    `update platform.idempotency set fingerprint = $4, created_at = $5, answer = null
     where organization_id = $1 and actor = $2 and key = $3`,
    [place.organization, place.actor, place.key, fingerprint, now],
  );
}

/** With the commit: what came before may be stamped, and is shown to nobody until then. */
export function updateKeyAnswer(tx: Tx, place: Place, answer: KeptAnswer): void {
  tx.write(
    `update platform.idempotency set answer = $4
     where organization_id = $1 and actor = $2 and key = $3`,
    [place.organization, place.actor, place.key, JSON.stringify(answer)],
  );
}

export async function deleteKey(tx: Tx, place: Place): Promise<void> {
  await tx.rows(
    'delete from platform.idempotency where organization_id = $1 and actor = $2 and key = $3',
    [place.organization, place.actor, place.key],
  );
}

export async function setSavepoint(tx: Tx): Promise<void> {
  await tx.rows('savepoint attempt');
}

export async function rollbackToSavepoint(tx: Tx): Promise<void> {
  await tx.rows('rollback to savepoint attempt');
}
