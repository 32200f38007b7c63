-- What was written into a product under a key, so that whoever tries again writes it once.
create table sync.applied (
  organization_id bigint not null,
  key text collate "C" not null,
  -- of what was written
  record_id text,
  created_at timestamptz(3) not null,
  primary key (organization_id, key)
);
create index on sync.applied (created_at);
call platform.wall('sync.applied', 'select, insert, update, delete');
