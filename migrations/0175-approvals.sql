-- What people are asked before a run of a workflow goes on.
create table sync.approval (
  organization_id bigint not null,
  run_id text collate "C" not null,
  -- of the action
  path text collate "C" not null,
  -- by whose bot it was asked
  connection_id text collate "C" not null,
  thread_id text collate "C" not null,
  status text not null check (status in ('waiting', 'approved', 'rejected', 'expired', 'withdrawn')),
  -- the user of Messaging
  answered_by text,
  until timestamptz(3) not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, run_id, path),
  foreign key (organization_id, run_id) references sync.workflow_run on delete cascade
);
create index on sync.approval (organization_id, thread_id) where status = 'waiting';
call platform.wall('sync.approval', 'select, insert, update, delete');
