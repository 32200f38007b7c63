import type { Tx } from '../../../runtime/database/database.ts';

export type Connection = { readonly organization: number; readonly id: string };

/**
 * Reserves turns, one after the other, and answers how long it is until the first of them. By the
 * clock of the database, which all processes share.
 */
export async function reserveTurns(
  tx: Tx,
  { organization, id }: Connection,
  { turns, perSecond }: { turns: number; perSecond: number },
): Promise<number> {
  const [row] = await tx.rows<{ milliseconds: number }>(
    `insert into sync.pace as pace (organization_id, connection_id, next_at)
     values ($1, $2, clock_timestamp() + make_interval(secs => $3))
     on conflict (organization_id, connection_id) do update
       set next_at = greatest(pace.next_at, clock_timestamp()) + make_interval(secs => $3)
     returning (extract(epoch from next_at - clock_timestamp()) - $3) * 1000 as milliseconds`,
    [organization, id, turns / perSecond],
  );
  return Math.max(0, Number(row?.milliseconds ?? 0));
}

type Place = {
  readonly first?: number;
  readonly max: number;
  readonly holder: string;
  readonly seconds: number;
};

/**
 * Takes a place that nobody holds, of those from `first` on; `isFull` tells that there is none from
 * that another was faster.
 */
export async function takePlace(
  tx: Tx,
  { organization, id }: Connection,
  { first = 1, max, holder, seconds }: Place,
): Promise<{ place: number | null; isFull: boolean }> {
  const [row] = await tx.rows<{ place: number | null; is_full: boolean }>(
    `with free as (
       select place from generate_series($6::int, $6::int + $3::int - 1) as free (place)
       where not exists (
         select from sync.lease held where held.organization_id = $1 and held.connection_id = $2
           and held.place = free.place and held.until > clock_timestamp())
       order by place limit 1
     ), taken as (
       insert into sync.lease as lease (organization_id, connection_id, place, holder, until)
       select $1, $2, place, $4, clock_timestamp() + make_interval(secs => $5) from free
       on conflict (organization_id, connection_id, place) do update
         set holder = excluded.holder, until = excluded.until
         where lease.until <= clock_timestamp()
       returning place
     )
     select (select place from taken), not exists (select from free) as is_full`,
    [organization, id, max, holder, seconds, first],
  );
  return { place: row?.place ?? null, isFull: row?.is_full ?? true };
}

/** Whether the place is still held. */
export async function renewPlace(
  tx: Tx,
  { organization, id }: Connection,
  { holder, seconds }: { holder: string; seconds: number },
): Promise<boolean> {
  const rows = await tx.rows(
    `update sync.lease set until = clock_timestamp() + make_interval(secs => $4)
     where organization_id = $1 and connection_id = $2 and holder = $3 returning place`,
    [organization, id, holder, seconds],
  );
  return rows.length > 0;
}

export async function freePlace(
  tx: Tx,
  { organization, id }: Connection,
  holder: string,
): Promise<void> {
  await tx.rows(
    `delete from sync.lease where organization_id = $1 and connection_id = $2 and holder = $3`,
    [organization, id, holder],
  );
}
