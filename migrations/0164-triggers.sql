-- What sets off a workflow or a sync.
create table sync.trigger (
  organization_id bigint not null references platform.organization,
  id text collate "C" not null,
  name text not null,
  type text not null check (type in ('record_created', 'record_updated', 'record_deleted',
    'field_changed', 'schedule', 'api_call', 'event')),
  -- no foreign key: it outlives its connection, and says so
  connection_id text collate "C",
  object text,
  event text,
  filter jsonb,
  field text,
  cursor_field text,
  schedule text,
  timezone text,
  is_from_beginning boolean not null default false,
  -- one of both is its target
  workflow_id text collate "C",
  sync_id text collate "C",
  -- it is a part of its workflow
  is_inline boolean not null default false,
  enabled boolean not null,
  status text not null check (status in ('starting', 'active', 'error')),
  message text,
  next_run_at timestamptz(3),
  -- what happened before does not concern it
  since timestamptz(3) not null,
  fired bigint not null default 0,
  skipped bigint not null default 0,
  last_fired_at timestamptz(3),
  -- when it last was what a workflow had set off too often
  too_deep_at timestamptz(3),
  -- the sync by which it sees records
  watch_id text collate "C",
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, workflow_id) references sync.workflow,
  foreign key (organization_id, sync_id) references sync.sync,
  check (num_nonnulls(workflow_id, sync_id) = 1)
);
create unique index on sync.trigger (organization_id, workflow_id) where is_inline;
create index on sync.trigger (organization_id, workflow_id);
create index on sync.trigger (organization_id, sync_id);
create index on sync.trigger (organization_id, connection_id);
create index on sync.trigger (organization_id, event) where type = 'event';
create index on sync.trigger (next_run_at) where enabled and type = 'schedule';
call platform.wall('sync.trigger', 'select, insert, update, delete');

-- Records that a workflow has written: what that sets off is its doing.
create table sync.cause (
  organization_id bigint not null,
  connection_id text collate "C" not null,
  -- of the object and the key
  record_hash bytea not null,
  depth integer not null,
  until timestamptz(3) not null,
  primary key (organization_id, connection_id, record_hash),
  foreign key (organization_id, connection_id) references sync.connection on delete cascade
);
create index on sync.cause (until);
call platform.wall('sync.cause', 'select, insert, update, delete');

-- How many workflows stand behind it, each set off by the one before.
alter table sync.run add column depth integer not null default 0;
