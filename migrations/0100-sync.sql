-- Sync: connections to other systems, and what moves between them. Ids are made by the server: a prefix,
-- and digits that begin with the time, so that the newest come last in the order of ids.
create schema sync;
grant usage on schema sync to heddle_app, heddle_system;

-- A refresh token works once. The next one is derived from it, so that it can be answered again to
-- whoever asks at the same moment.
create table sync.refresh_token (
  organization_id bigint not null,
  hash bytea not null,
  -- that of the first one: all that came from it end together
  family bytea not null,
  consumer_id bigint not null,
  -- of the secret that it was issued to
  generation integer not null,
  scopes text[] not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  primary key (organization_id, hash),
  foreign key (organization_id, consumer_id) references platform.consumer
);
create index on sync.refresh_token (organization_id, family);
create index on sync.refresh_token (expires_at);
call platform.wall('sync.refresh_token', 'select, insert, update, delete');

create table sync.private_key (
  organization_id bigint not null references platform.organization,
  id text collate "C" not null,
  name text not null,
  fingerprint text not null,
  sealed_key bytea not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (organization_id, id)
);
call platform.wall('sync.private_key', 'select, insert, update, delete');

create table sync.connection (
  organization_id bigint not null references platform.organization,
  id text collate "C" not null,
  provider text not null,
  name text not null,
  config jsonb not null,
  -- null: none were given yet
  sealed_credentials bytea,
  status text not null check (status in ('active', 'pending', 'error')),
  health text not null check (health in ('healthy', 'unhealthy', 'unknown')),
  health_message text,
  checked_at timestamptz(3),
  -- grows with every change: a check of what it was before says nothing
  version integer not null default 1,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (organization_id, id)
);
-- which are due for a look
create index on sync.connection (checked_at) where status <> 'pending';
call platform.wall('sync.connection', 'select, insert, update, delete');

-- The private keys that the credentials of a connection name, which are sealed.
create table sync.connection_key (
  organization_id bigint not null,
  connection_id text collate "C" not null,
  private_key_id text collate "C" not null,
  primary key (organization_id, connection_id, private_key_id),
  foreign key (organization_id, connection_id) references sync.connection on delete cascade,
  foreign key (organization_id, private_key_id) references sync.private_key
);
create index on sync.connection_key (organization_id, private_key_id);
call platform.wall('sync.connection_key', 'select, insert, delete');

create table sync.transform (
  organization_id bigint not null references platform.organization,
  id text collate "C" not null,
  name text not null,
  type text not null check (type in ('javascript', 'jsonata')),
  code text not null,
  version integer not null default 1,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (organization_id, id)
);
call platform.wall('sync.transform', 'select, insert, update, delete');

-- Static keys of Sync have all of its scopes, and those of other products that they were given.
alter table platform.api_key add column scopes text[] not null default '{}';

create table sync.sync (
  organization_id bigint not null references platform.organization,
  id text collate "C" not null,
  name text not null,
  source_id text collate "C" not null,
  destination_id text collate "C" not null,
  -- what the contract shows of it, but for what has a column here
  settings jsonb not null,
  schedule text not null,
  timezone text not null,
  enabled boolean not null,
  -- of its last run that ended
  outcome text check (outcome in ('completed', 'failed', 'stopped')),
  records_synced bigint not null default 0,
  skipped_ticks bigint not null default 0,
  last_run_at timestamptz(3),
  next_run_at timestamptz(3),
  -- from where the next run reads: what the connector said after the last batch that was committed
  position text,
  position_at timestamptz(3),
  -- somebody set it: it holds against what the destination has kept
  position_is_set boolean not null default false,
  -- the fields of the source that are synced, from the first run on
  fields jsonb,
  -- counts those who may write for it; a later one refuses the earlier
  fence bigint not null default 0,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (organization_id, id)
);
create index on sync.sync (organization_id, source_id);
create index on sync.sync (organization_id, destination_id);
create index on sync.sync (next_run_at) where enabled and next_run_at is not null;
call platform.wall('sync.sync', 'select, insert, update, delete');

create table sync.sync_transform (
  organization_id bigint not null,
  sync_id text collate "C" not null,
  transform_id text collate "C" not null,
  primary key (organization_id, sync_id, transform_id),
  foreign key (organization_id, sync_id) references sync.sync on delete cascade,
  foreign key (organization_id, transform_id) references sync.transform
);
create index on sync.sync_transform (organization_id, transform_id);
call platform.wall('sync.sync_transform', 'select, insert, delete');

create table sync.run (
  organization_id bigint not null,
  id text collate "C" not null,
  sync_id text collate "C" not null,
  status text not null
    check (status in ('queued', 'running', 'paused', 'completed', 'failed', 'cancelled')),
  trigger text not null,
  -- what it was asked for: all, a part, what was set aside; and what it was allowed since
  request jsonb not null default '{}',
  -- the sync as it was when the run began
  plan jsonb,
  -- under it what was set aside and logged is encrypted; itself sealed under the master key
  sealed_key bytea not null,
  -- who does it: ended by the worker, or by time; the fence goes with every batch
  fence bigint not null default 0,
  lease_until timestamptz(3),
  attempts integer not null default 0,
  retry_at timestamptz(3),
  cancel_requested_at timestamptz(3),
  records_read bigint not null default 0,
  records_written bigint not null default 0,
  records_skipped bigint not null default 0,
  records_failed bigint not null default 0,
  records_deleted bigint not null default 0,
  bytes bigint not null default 0,
  position text,
  error text,
  pause jsonb,
  drift jsonb not null default '[]',
  progress jsonb,
  created_at timestamptz(3) not null,
  started_at timestamptz(3),
  finished_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, sync_id) references sync.sync on delete cascade
);
create unique index active_run on sync.run (organization_id, sync_id)
  where status in ('queued', 'running', 'paused');
create index on sync.run (organization_id, sync_id, id);
create index on sync.run (created_at) where status in ('queued', 'running');
create index on sync.run (finished_at);
call platform.wall('sync.run', 'select, insert, update, delete');

-- Records that a run set aside: they hold people's data, so they are encrypted, and go after a while.
create table sync.rejected (
  organization_id bigint not null,
  id bigint generated always as identity,
  run_id text collate "C" not null,
  encrypted_record bytea not null,
  field text,
  reason text not null,
  created_at timestamptz(3) not null,
  retried_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, run_id) references sync.run on delete cascade
);
create index on sync.rejected (organization_id, run_id, id);
create index on sync.rejected (created_at);
call platform.wall('sync.rejected', 'select, insert, update, delete');

create table sync.run_log (
  organization_id bigint not null,
  id bigint generated always as identity,
  run_id text collate "C" not null,
  at timestamptz(3) not null,
  level text not null check (level in ('info', 'warning', 'error')),
  encrypted_message bytea not null,
  primary key (organization_id, id),
  foreign key (organization_id, run_id) references sync.run on delete cascade
);
create index on sync.run_log (organization_id, run_id, id);
create index on sync.run_log (at);
call platform.wall('sync.run_log', 'select, insert, delete');

create table sync.cursor_history (
  organization_id bigint not null,
  id bigint generated always as identity,
  sync_id text collate "C" not null,
  position text,
  run_id text,
  set_by text,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, sync_id) references sync.sync on delete cascade
);
create index on sync.cursor_history (organization_id, sync_id, id);
create index on sync.cursor_history (created_at);
call platform.wall('sync.cursor_history', 'select, insert, delete');
