-- Tidying goes by age.
create index on platform.audit (created_at);

-- A transaction that tidies says so: it writes no events, and nobody who reads the log waits for it.
create function platform.begin_housekeeping() returns void
language sql volatile
return pg_advisory_xact_lock(
  (7263::bigint << 32) | (pg_current_xact_id()::text::bigint & 4294967295)
);

-- Where the event log ends: whoever reads it with a later snapshot sees every event of an older
-- transaction. It never moves back. The locks are read before the snapshot is taken: a transaction ends
-- first for snapshots and then gives back its locks, so that one that was left out once stays so.
create function platform.log_end() returns xid8
language plpgsql volatile as $$
declare
  here pg_snapshot := pg_current_snapshot();
  tidying bigint[];
begin
  if pg_snapshot_xmin(here) = pg_snapshot_xmax(here) then
    return pg_snapshot_xmax(here);
  end if;
  select coalesce(array_agg(objid::bigint), '{}') into tidying from pg_locks
  where locktype = 'advisory' and classid = 7263 and objsubid = 1 and granted;
  here := pg_current_snapshot();
  return coalesce(
    (
      select number
      from (
        select pg_snapshot_xip(here) as number
        union all
        select pg_current_xact_id_if_assigned()
      ) open
      where (number::text::bigint & 4294967295) <> all (tidying)
      order by number limit 1
    ),
    pg_snapshot_xmax(here)
  );
end $$;
