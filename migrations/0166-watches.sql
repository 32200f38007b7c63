-- The syncs by which triggers see records: nobody's but their trigger's, with this server as destination.
alter table sync.sync add column watches text collate "C";
-- What was there when the trigger began has been seen: what comes from now on is new.
alter table sync.sync add column watched_at timestamptz(3);
create unique index on sync.sync (organization_id, watches) where watches is not null;

-- What a trigger has seen of each record, by hashes under a key of the organization.
create table sync.seen (
  organization_id bigint not null references platform.organization,
  -- the sync by which it sees: what another one has seen is of something else
  watch_id text collate "C" not null,
  key_hash bytea not null,
  -- of what the trigger compares, after four bytes that say what that is; null: nothing
  fields_hash bytea,
  -- it was there when the trigger began, and was never told since
  is_baseline boolean not null,
  primary key (organization_id, watch_id, key_hash)
);
call platform.wall('sync.seen', 'select, insert, update, delete');
create index on sync.trigger (organization_id, watch_id) where watch_id is not null;
