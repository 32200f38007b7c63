-- How often a run that had ended was begun anew: what is done after a failure is then done once more.
alter table sync.workflow_run add column retries integer not null default 0;

-- What holds the places of a workflow with a limit, and what waits for one: each is found without the other.
drop index sync.workflow_run_organization_id_workflow_id_id_idx;
create index workflow_run_held on sync.workflow_run (organization_id, workflow_id, id)
  where status = 'queued' and due_at is null;
create index workflow_run_placed on sync.workflow_run (organization_id, workflow_id)
  where status in ('running', 'waiting') or status = 'queued' and due_at is not null;
