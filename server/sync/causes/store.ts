import type { Db, Tx } from '../../runtime/database/database.ts';

/** `seconds`: in which whoever follows a system sees what was written there. */
export type Cause = { connection_id: string; hash: Buffer; depth: number; seconds: number };

/** A connection that is gone has none. In one order, so that nobody waits for each other. */
export async function upsertCauses(tx: Tx, organization: number, causes: readonly Cause[]) {
  await tx.rows(
    `insert into sync.cause (organization_id, connection_id, record_hash, depth, until)
     select $1, c.id, hash, depth, clock_timestamp() + make_interval(secs => seconds)
     from unnest($2::text[], $3::bytea[], $4::int[], $5::int[])
       as given (connection_id, hash, depth, seconds)
     join sync.connection c on c.organization_id = $1 and c.id = given.connection_id
     order by 2, 3
     on conflict (organization_id, connection_id, record_hash)
     do update set depth = excluded.depth, until = excluded.until`,
    [
      organization,
      causes.map(({ connection_id }) => connection_id),
      causes.map(({ hash }) => hash),
      causes.map(({ depth }) => depth),
      causes.map(({ seconds }) => seconds),
    ],
  );
}

export async function selectCauses(
  db: Db,
  organization: number,
  records: readonly Omit<Cause, 'depth' | 'seconds'>[],
): Promise<Omit<Cause, 'seconds'>[]> {
  return db.rows<Omit<Cause, 'seconds'>>(
    `select connection_id, record_hash as hash, depth
     from unnest($2::text[], $3::bytea[]) as given (connection_id, record_hash)
     join sync.cause c using (connection_id, record_hash)
     where c.organization_id = $1 and c.until > clock_timestamp()`,
    [
      organization,
      records.map(({ connection_id }) => connection_id),
      records.map(({ hash }) => hash),
    ],
  );
}
