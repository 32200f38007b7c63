-- What the database takes the time from. A test puts another function in its place.
create function platform.clock() returns timestamptz
language sql volatile parallel safe
return clock_timestamp();

-- When it came from another practice: its poll shows it from then on.
alter table scheduling.patient add moved_at timestamptz(3);
alter table scheduling.appointment add moved_at timestamptz(3);
drop index scheduling.patient_by_creation;
drop index scheduling.appointment_by_creation;
create index patient_by_arrival on scheduling.patient
  (organization_id, practice_id, coalesce(moved_at, created_at), id);
create index appointment_by_arrival on scheduling.appointment
  (organization_id, practice_id, coalesce(moved_at, created_at), id);
create index patient_by_change on scheduling.patient
  (organization_id, practice_id, updated_at, id);
create index appointment_by_change on scheduling.appointment
  (organization_id, practice_id, updated_at, id);
create index appointment_newest on scheduling.appointment (organization_id, updated_at);

-- The latest stamp of an organization that is visible. Whatever stamps a patient gives its
-- appointment the same stamp, so patients need not be looked at.
create function scheduling.newest(organization bigint) returns timestamptz
language plpgsql stable as $$
begin
  return greatest(
    (select a.updated_at from scheduling.appointment a
     where a.organization_id = organization order by a.updated_at desc limit 1),
    (select c.submitted_at from scheduling.completed_form c
     where c.organization_id = organization order by c.submitted_at desc limit 1));
end $$;

-- One advisory lock for each organization and millisecond, of which 32 bits are enough: 49 days.
create function scheduling.stamp_class(organization bigint) returns integer
language sql immutable strict parallel safe
return ('x' || substr(md5('stamp ' || organization), 1, 8))::bit(32)::integer;

-- The time of a change that polls show, when it is the last thing to be done: while the transaction
-- is open, a lock tells those who poll the earliest time that it may bring. It is later than
-- everything that is visible once that lock is held, whatever the clock says.
create function scheduling.stamp(organization bigint) returns timestamptz
language plpgsql volatile as $$
declare
  earliest timestamptz;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise 'a stamp has to see what others have committed meanwhile';
  end if;
  select greatest(date_trunc('milliseconds', platform.clock()),
    scheduling.newest(organization) + interval '1 millisecond') into earliest;
  perform pg_advisory_xact_lock_shared(scheduling.stamp_class(organization),
    (extract(epoch from earliest) * 1000)::bigint::bit(32)::integer);
  return (select greatest(earliest, date_trunc('milliseconds', platform.clock()),
    scheduling.newest(organization) + interval '1 millisecond'));
end $$;

-- The earliest time that a transaction still open may bring; of the times that 32 bits can mean, the
-- one next to `near`. Null when there is none.
create function scheduling.earliest_stamp(organization bigint, near timestamptz) returns timestamptz
language plpgsql volatile as $$
declare
  reach constant bigint := 2147483648;
  milliseconds constant bigint := extract(epoch from near) * 1000;
begin
  return (
    select near + interval '1 millisecond'
      * min(((l.objid::bigint - milliseconds + reach) & (2 * reach - 1)) - reach)
    from pg_catalog.pg_locks l
    where l.locktype = 'advisory' and l.objsubid = 2 and l.mode = 'ShareLock'
      and l.database = (select d.oid from pg_catalog.pg_database d
        where d.datname = current_database())
      and l.classid = (scheduling.stamp_class(organization)::bigint & (2 * reach - 1))::oid);
end $$;
