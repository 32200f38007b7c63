-- Whom and what a run has read of: what it holds goes when they do, also while it waits.
create table sync.workflow_read (
  organization_id bigint not null,
  run_id text collate "C" not null,
  subject text not null,
  primary key (organization_id, run_id, subject),
  foreign key (organization_id, run_id) references sync.workflow_run on delete cascade
);
create index on sync.workflow_read (organization_id, subject);
call platform.wall('sync.workflow_read', 'select, insert, delete');
