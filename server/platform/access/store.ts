import type { Db, Tx } from '../../runtime/database/database.ts';
import { existing } from '../../runtime/database/existing.ts';
import type { PlanName } from '../../runtime/limits/plans.ts';

export type ConsumerRow = {
  organization_id: number;
  id: number;
  client_id: string;
  secret_hash: Buffer;
  name: string;
  scopes: string[];
  resource_ids: number[] | null;
  plan: PlanName;
  generation: number;
  created_at: Date;
  revoked_at: Date | null;
};

// The column is called after the resources of the first product; servers of before read it, too.
const consumerColumns = `organization_id, id, client_id, secret_hash, name, scopes,
  to_jsonb(practice_ids) as resource_ids, plan, generation, created_at, revoked_at`;

/** By client id alone, before the organization is known: as heddle_system. */
export async function selectConsumer(db: Db, clientId: string): Promise<ConsumerRow | undefined> {
  const [row] = await db.rows<ConsumerRow>(
    `select ${consumerColumns} from platform.consumer
     where client_id = $1 and revoked_at is null`,
    [clientId],
  );
  return row;
}

/** One that was not revoked, by its number. */
export async function selectLiveConsumer(
  db: Db,
  organization: number,
  id: number,
): Promise<ConsumerRow | undefined> {
  const [row] = await db.rows<ConsumerRow>(
    `select ${consumerColumns} from platform.consumer
     where organization_id = $1 and id = $2 and revoked_at is null`,
    [organization, id],
  );
  return row;
}

/** Includes one that was revoked. */
export async function selectAnyConsumer(
  db: Db,
  clientId: string,
): Promise<ConsumerRow | undefined> {
  const [row] = await db.rows<ConsumerRow>(
    `select ${consumerColumns} from platform.consumer where client_id = $1`,
    [clientId],
  );
  return row;
}

export async function selectConsumers(db: Db): Promise<ConsumerRow[]> {
  return db.rows<ConsumerRow>(
    `select ${consumerColumns} from platform.consumer order by organization_id, id`,
  );
}

export async function insertConsumer(
  tx: Tx,
  organization: number,
  consumer: {
    name: string;
    scopes: readonly string[];
    resourceIds: readonly number[] | null;
    plan: PlanName;
    client_id: string;
    hash: Buffer;
    now: Date;
  },
): Promise<number> {
  const { client_id, hash, name, scopes, resourceIds, plan, now } = consumer;
  const [row] = await tx.rows<{ id: number }>(
    `insert into platform.consumer
       (organization_id, client_id, secret_hash, name, scopes, practice_ids, plan, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     returning id`,
    [organization, client_id, hash, name, scopes, resourceIds, plan, now],
  );
  return existing(row).id;
}

export async function updateConsumerSecret(tx: Tx, clientId: string, hash: Buffer) {
  const [row] = await tx.rows<{ organization_id: number; id: number }>(
    `update platform.consumer set secret_hash = $2, generation = generation + 1
     where client_id = $1 and revoked_at is null returning organization_id, id`,
    [clientId, hash],
  );
  return row;
}

export async function updateConsumerRevoked(tx: Tx, clientId: string, now: Date) {
  const [row] = await tx.rows<{ organization_id: number; id: number }>(
    `update platform.consumer set revoked_at = $2
     where client_id = $1 and revoked_at is null returning organization_id, id`,
    [clientId, now],
  );
  return row;
}

/** Records which consumer took over from another; null: none did. */
export async function updateConsumerSuccessor(
  tx: Tx,
  organization: number,
  id: number,
  successor: number | null,
): Promise<void> {
  await tx.rows(
    `update platform.consumer set successor_id = $3
     where organization_id = $1 and id = $2 and successor_id is distinct from $3`,
    [organization, id, successor],
  );
}

/** Tells every process, at the commit, to forget what it knows of a consumer. */
export async function notifyConsumer(tx: Tx, clientId: string): Promise<void> {
  await tx.rows(`select pg_notify('heddle', 'consumer ' || $1)`, [clientId]);
}

export type KeyRow = {
  organization_id: number;
  id: number;
  name: string;
  kind: 'sync' | 'threads';
  plan: PlanName;
  /** The member who made it; null: the operator. */
  created_by: number | null;
  /** Beside those that every key of its kind has. */
  scopes: string[];
};

const keyColumns = 'organization_id, id, name, kind, plan, created_by, scopes';

/** One that was not revoked, by its number. */
export async function selectLiveKey(
  db: Db,
  organization: number,
  id: number,
): Promise<KeyRow | undefined> {
  const [row] = await db.rows<KeyRow>(
    `select ${keyColumns} from platform.api_key
     where organization_id = $1 and id = $2 and revoked_at is null`,
    [organization, id],
  );
  return row;
}

export async function selectKey(db: Db, hash: Buffer): Promise<KeyRow | undefined> {
  const [row] = await db.rows<KeyRow>(
    `select ${keyColumns} from platform.api_key
     where hash = $1 and revoked_at is null`,
    [hash],
  );
  return row;
}

export async function insertKey(
  tx: Tx,
  organization: number,
  key: {
    name: string;
    kind: string;
    hash: Buffer;
    lastFour: string;
    plan: PlanName;
    createdBy?: number;
    scopes?: readonly string[];
    now: Date;
  },
): Promise<number> {
  const [row] = await tx.rows<{ id: number }>(
    `insert into platform.api_key
       (organization_id, name, kind, hash, last_four, plan, created_by, scopes, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
    [
      organization,
      key.name,
      key.kind,
      key.hash,
      key.lastFour,
      key.plan,
      key.createdBy ?? null,
      key.scopes ?? [],
      key.now,
    ],
  );
  return existing(row).id;
}

export async function updateKeyRevoked(tx: Tx, organization: number, id: number, now: Date) {
  const [row] = await tx.rows<{ hash: Buffer }>(
    `update platform.api_key set revoked_at = $3
     where organization_id = $1 and id = $2 and revoked_at is null returning hash`,
    [organization, id, now],
  );
  return row?.hash;
}

/** Revokes the live keys that a member made. */
export async function updateKeysRevoked(tx: Tx, organization: number, memberId: number, now: Date) {
  return tx.rows<{ id: number; hash: Buffer }>(
    `update platform.api_key set revoked_at = $3
     where organization_id = $1 and created_by = $2 and revoked_at is null returning id, hash`,
    [organization, memberId, now],
  );
}

export async function updateKeyName(tx: Tx, organization: number, id: number, name: string) {
  await tx.rows('update platform.api_key set name = $3 where organization_id = $1 and id = $2', [
    organization,
    id,
    name,
  ]);
}

/** Does nothing if its use was recorded after `before`, perhaps by another process. */
export async function updateKeyUsed(
  tx: Tx,
  organization: number,
  id: number,
  { now, before }: { now: Date; before: Date },
): Promise<void> {
  tx.write(
    `update platform.api_key set last_used_at = $3
     where organization_id = $1 and id = $2
       and (last_used_at is null or last_used_at <= $4 or last_used_at > $3)`,
    [organization, id, now, before],
  );
}

export async function notifyKey(tx: Tx, hash: Buffer): Promise<void> {
  await tx.rows(`select pg_notify('heddle', 'key ' || $1)`, [hash.toString('hex')]);
}
