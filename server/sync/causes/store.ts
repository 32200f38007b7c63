import type { Db, Tx } from '../../runtime/database/database.ts';

/** `seconds`: in which whoever follows a system sees what was written there. */
export type Cause = {
  connection_id: string;
  hash: Buffer;
  depth: number;
  seconds: number;
  /** Which record it is, is not known yet. */
  isOpen: boolean;
};

type Known = Pick<Cause, 'connection_id' | 'hash' | 'depth'>;

/** A connection that is gone has none. In one order, so that nobody waits for each other. */
export async function upsertCauses(tx: Tx, organization: number, causes: readonly Cause[]) {
  await tx.rows(
    `insert into sync.cause as known (organization_id, connection_id, record_hash, depth, until, open)
     select $1, c.id, hash, depth, clock_timestamp() + make_interval(secs => seconds), is_open::int
     from unnest($2::text[], $3::bytea[], $4::int[], $5::int[], $6::bool[])
       as given (connection_id, hash, depth, seconds, is_open)
     join sync.connection c on c.organization_id = $1 and c.id = given.connection_id
     order by 2, 3
     on conflict (organization_id, connection_id, record_hash)
     do update set until = excluded.until,
       depth = case when known.open > 0 and known.until > clock_timestamp()
         then greatest(known.depth, excluded.depth) else excluded.depth end,
       open = case when known.until > clock_timestamp() then known.open else 0 end + excluded.open`,
    [
      organization,
      causes.map(({ connection_id }) => connection_id),
      causes.map(({ hash }) => hash),
      causes.map(({ depth }) => depth),
      causes.map(({ seconds }) => seconds),
      causes.map(({ isOpen }) => isOpen),
    ],
  );
}

/** One of those is known by now: what is seen there is not it. */
export async function closeCause(
  tx: Tx,
  organization: number,
  { connection_id, hash }: Pick<Cause, 'connection_id' | 'hash'>,
): Promise<void> {
  await tx.rows(
    `update sync.cause set open = open - 1,
       until = case when open = 1 then clock_timestamp() else until end
     where organization_id = $1 and connection_id = $2 and record_hash = $3 and open > 0`,
    [organization, connection_id, hash],
  );
}

export async function selectCauses(
  db: Db,
  organization: number,
  records: readonly Pick<Cause, 'connection_id' | 'hash'>[],
): Promise<Known[]> {
  return db.rows<Known>(
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
