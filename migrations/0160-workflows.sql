-- Workflows: what is done when something has happened, step by step.
create table sync.workflow (
  organization_id bigint not null references platform.organization,
  id text collate "C" not null,
  name text not null,
  description text not null default '',
  enabled boolean not null,
  -- how many of its runs are under way at once; null: as many as there are
  concurrency integer check (concurrency > 0),
  -- the newest; runs keep the one they began with
  version integer not null default 1,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (organization_id, id)
);
call platform.wall('sync.workflow', 'select, insert, update, delete');

create table sync.workflow_version (
  organization_id bigint not null,
  workflow_id text collate "C" not null,
  version integer not null,
  definition jsonb not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, workflow_id, version),
  foreign key (organization_id, workflow_id) references sync.workflow on delete cascade
);
call platform.wall('sync.workflow_version', 'select, insert, delete');

-- What the actions of the newest version use.
create table sync.workflow_use (
  organization_id bigint not null,
  workflow_id text collate "C" not null,
  kind text not null check (kind in ('connection', 'transform', 'sync')),
  used_id text collate "C" not null,
  primary key (organization_id, workflow_id, kind, used_id),
  foreign key (organization_id, workflow_id) references sync.workflow on delete cascade
);
create index on sync.workflow_use (organization_id, kind, used_id);
call platform.wall('sync.workflow_use', 'select, insert, delete');

create table sync.workflow_run (
  organization_id bigint not null,
  id text collate "C" not null,
  workflow_id text collate "C" not null,
  version integer not null,
  status text not null
    check (status in ('queued', 'running', 'waiting', 'completed', 'failed', 'cancelled')),
  trigger_type text not null,
  -- null: by the API, without a trigger
  trigger_id text collate "C",
  -- how many workflows have set each other off up to this one
  depth integer not null default 1,
  -- whom or what the record tells of: what is kept of it goes when that does
  subject text,
  -- under it what the run holds is encrypted; itself sealed under the master key
  sealed_key bytea not null,
  -- what set it off, with the record
  encrypted_trigger bytea,
  -- who does it: a later fence refuses what an earlier holder still answers
  fence bigint not null default 0,
  -- by the clock of the database; then another one takes it up
  lease_until timestamptz(3),
  -- when it is taken up; null: held back by the limit of its workflow, or until something happens
  due_at timestamptz(3),
  -- what has to happen before it goes on: the id of a run of a sync, of an approval
  waits_for text collate "C",
  -- counts the times that steps which had ended were begun anew
  generation integer not null default 0,
  error text,
  created_at timestamptz(3) not null,
  started_at timestamptz(3),
  finished_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, workflow_id) references sync.workflow on delete cascade
);
create index on sync.workflow_run (due_at)
  where status in ('queued', 'waiting') and due_at is not null;
create index on sync.workflow_run (lease_until) where status = 'running';
create index on sync.workflow_run (organization_id, waits_for) where status = 'waiting' and waits_for is not null;
-- those that are kept waiting by the limit of their workflow
create index on sync.workflow_run (organization_id, workflow_id, id)
  where status in ('queued', 'running', 'waiting');
create index on sync.workflow_run (organization_id, workflow_id, id desc);
create index on sync.workflow_run (organization_id, subject) where subject is not null;
create index on sync.workflow_run (finished_at);
create index on sync.workflow_run (id);
call platform.wall('sync.workflow_run', 'select, insert, update, delete');

create table sync.workflow_step (
  organization_id bigint not null,
  run_id text collate "C" not null,
  -- where its action stands in the definition: '1', '2.then.0', 'on_error.0'
  path text collate "C" not null,
  ordinal integer not null,
  status text not null check (status in ('pending', 'running', 'completed', 'failed', 'skipped')),
  attempts integer not null default 1,
  -- input, output, record, error
  encrypted bytea,
  started_at timestamptz(3),
  finished_at timestamptz(3),
  primary key (organization_id, run_id, path),
  foreign key (organization_id, run_id) references sync.workflow_run on delete cascade
);
call platform.wall('sync.workflow_step', 'select, insert, update, delete');
