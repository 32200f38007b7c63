import type { Db, Tx } from '../../runtime/database/database.ts';

/** `seconds`: in which whoever follows a system sees what was written there. */
export type Cause = {
  connection_id: string;
  hash: Buffer;
  depth: number;
  seconds: number;
  /** Which record it is, is not known yet. */
  isOpen: boolean;
  /** Where in the log of its system it is written, and behind what it was. */
  stretch: { since: string; to?: string } | undefined;
  /** What it holds then. */
  values: { fields: readonly string[]; hash: Buffer } | undefined;
};

export type Known = Pick<Cause, 'connection_id' | 'hash' | 'depth'> & {
  since: string | null;
  to: string | null;
  /** How many writes are under way. */
  pending: number;
  fields: string[] | null;
  value_hash: Buffer | null;
  rounds: number;
  /** Half of its time is still to come. */
  is_fresh: boolean;
};

/** A connection that is gone has none. In one order, so that nobody waits for each other. */
export async function upsertCauses(tx: Tx, organization: number, causes: readonly Cause[]) {
  await tx.rows(
    `insert into sync.cause as known (organization_id, connection_id, record_hash, depth, until, open,
       since_place, to_place, pending, fields, value_hash)
     select $1, c.id, hash, depth, clock_timestamp() + make_interval(secs => seconds), is_open::int,
       since, "to", (since is not null and "to" is null)::int,
       case when fields is not null then array(select jsonb_array_elements_text(fields)) end,
       value_hash
     from unnest($2::text[], $3::bytea[], $4::int[], $5::int[], $6::bool[], $7::text[], $8::text[],
       $9::jsonb[], $10::bytea[])
       as given (connection_id, hash, depth, seconds, is_open, since, "to", fields, value_hash)
     join sync.connection c on c.organization_id = $1 and c.id = given.connection_id
     order by 2, 3
     on conflict (organization_id, connection_id, record_hash)
     do update set until = excluded.until,
       depth = case when ${isLive} and known.open + known.pending > 0
         then greatest(known.depth, excluded.depth) else excluded.depth end,
       open = case when ${isLive} then known.open else 0 end + excluded.open,
       since_place = case when ${isLive} then least(known.since_place, excluded.since_place)
         else excluded.since_place end,
       to_place = case when ${isLive} then greatest(known.to_place, excluded.to_place)
         else excluded.to_place end,
       pending = case when ${isLive} then known.pending else 0 end + excluded.pending,
       rounds = case when ${isLive} then known.rounds else 0 end + 1,
       fields = excluded.fields, value_hash = excluded.value_hash`,
    [
      organization,
      causes.map(({ connection_id }) => connection_id),
      causes.map(({ hash }) => hash),
      causes.map(({ depth }) => depth),
      causes.map(({ seconds }) => seconds),
      causes.map(({ isOpen }) => isOpen),
      causes.map(({ stretch }) => stretch?.since ?? null),
      causes.map(({ stretch }) => stretch?.to ?? null),
      causes.map(({ values }) => (values ? JSON.stringify(values.fields) : null)),
      causes.map(({ values }) => values?.hash ?? null),
    ],
  );
}

const isLive = 'known.until > clock_timestamp()';

/** It was written before its system was there. */
export async function updateCauseEnded(
  tx: Tx,
  organization: number,
  { connection_id, hash, to }: Pick<Cause, 'connection_id' | 'hash'> & { to: string },
): Promise<void> {
  await tx.rows(
    `update sync.cause set pending = greatest(0, pending - 1), to_place = greatest(to_place, $4)
     where organization_id = $1 and connection_id = $2 and record_hash = $3`,
    [organization, connection_id, hash, to],
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
    `select connection_id, record_hash as hash, depth, since_place as since, to_place as "to", pending,
       fields, value_hash, rounds, until > clock_timestamp() + interval '30 seconds' as is_fresh
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
