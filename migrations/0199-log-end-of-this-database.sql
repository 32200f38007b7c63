-- The event log ends before the oldest transaction of this database that may still write to it; what other
-- databases of the same PostgreSQL have open holds nobody up. Which one a transaction is of is known by the
-- process that holds the lock on its number, and read before the snapshot is taken, as the locks are: a
-- transaction leaves snapshots before it gives back its locks, and that before its process ends, so that one
-- that was left out once stays so.
create or replace function platform.log_end() returns xid8
language plpgsql volatile as $$
declare
  here pg_snapshot := pg_current_snapshot();
  others bigint[];
begin
  if pg_snapshot_xmin(here) = pg_snapshot_xmax(here) then
    return pg_snapshot_xmax(here);
  end if;
  select coalesce(array_agg(coalesce(l.transactionid::text::bigint, l.objid::bigint)), '{}') into others
  from pg_locks l left join pg_stat_get_activity(null) a on a.pid = l.pid
  where l.granted and (
    (l.locktype = 'advisory' and l.classid = 7263 and l.objsubid = 1)
    or (l.locktype = 'transactionid' and l.mode = 'ExclusiveLock'
      and a.datid <> (select oid from pg_database where datname = current_database())));
  here := pg_current_snapshot();
  return coalesce(
    (
      select number
      from (
        select pg_snapshot_xip(here) as number
        union all
        select pg_current_xact_id_if_assigned()
      ) open
      where (number::text::bigint & 4294967295) <> all (others)
      order by number limit 1
    ),
    pg_snapshot_xmax(here)
  );
end $$;
